// Chromium as the suites use it: Debian's own, kept off the network. Owns launching, the sinkhole and what a
// visitor looks like. Every address off loopback goes through the sinkhole, which answers nothing and
// remembers what was asked for: a request that leaves the origin is seen even if no page event reports it.
import { createServer } from 'node:net';
import { randomBytes } from 'node:crypto';
import { chromium } from 'playwright-core';

export const sizes = { phone: { width: 360, height: 640 }, desk: { width: 1440, height: 900 } };
export const locales = { zh: 'zh-CN', en: 'en-GB' };

const quiet = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-quic', '--disable-domain-reliability', '--disable-default-apps', '--no-pings',
  // The last --disable-features wins, so this list holds Playwright's that matter here as well; the first is
  // what keeps the browser from asking its maker about every form it sees.
  '--disable-features=AutofillServerCommunication,DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,'
    + 'NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,RenderDocument,Translate,DialMediaRouteProvider,BoundaryEventDispatchTracksNodeRemoval'];
// Playwright turns the back-forward cache off, and a Back test without it passes falsely.
const withCache = ['--enable-features=BackForwardCache,CacheControlNoStoreEnterBackForwardCache'];

// What the browser asks its maker for by itself and cannot be told to leave. A page that asked for one of these
// would still be seen in the log of page requests.
const ownHosts = /^(update\.googleapis|accounts\.google|clients2\.google)\.com$/;

const browsers = new Map();
let sinkhole;

/** A listener that stands for the rest of the world: `asked` holds the first line of each attempt. */
function world() {
  sinkhole ??= new Promise((done) => {
    const asked = [];
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        const [line] = String(data).split('\r\n', 1);
        if (!ownHosts.test(line.split(/ (?:http:\/\/)?|[:/]/)[1])) asked.push(line);
        socket.end('HTTP/1.1 502 Nothing out there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1', () => done({ server, asked, port: server.address().port }));
  });
  return sinkhole;
}

/** What was asked for outside loopback so far, without the browser's own errands. */
export async function askedOfTheWorld() {
  return (await world()).asked;
}

/** A browser: `plain`, or `remembering` with the back-forward cache on. */
export async function browser(kind = 'plain') {
  if (!browsers.has(kind)) browsers.set(kind, launch(kind));
  return browsers.get(kind);
}

async function launch(kind) {
  const { port } = await world();
  const remembering = kind === 'remembering';
  return chromium.launch({
    executablePath: process.env.HOMEWARD_CHROMIUM ?? '/usr/bin/chromium',
    ignoreDefaultArgs: remembering ? ['--disable-back-forward-cache'] : [],
    // The raw switch: Playwright's own proxy option would send loopback through it too.
    args: [...quiet, `--proxy-server=http://127.0.0.1:${port}`, ...(remembering ? withCache : [])],
  });
}

/**
 * One person at one device: a fresh context with one page.
 * @param {{size?: string, locale?: string, script?: boolean, kind?: string, address?: string, agent?: string}} who
 */
export async function person(who = {}) {
  const { size = 'phone', locale = 'zh', script = true, kind = 'plain', address = anAddress(), agent } = who;
  const context = await (await browser(kind)).newContext({
    viewport: sizes[size],
    isMobile: false,
    locale: locales[locale],
    timezoneId: 'Asia/Shanghai',
    javaScriptEnabled: script,
    userAgent: agent,
    // The portal is told to trust loopback, so each person has an address, and a share of the limits, of their own.
    extraHTTPHeaders: { 'X-Forwarded-For': address },
  });
  context.setDefaultTimeout(20_000);
  const requests = [];
  context.on('request', (request) => requests.push(request.url()));
  const page = await context.newPage();
  return { context, page, requests, locale, size, script, address, close: () => context.close() };
}

/** An address from the range kept for documentation. */
export function anAddress() {
  const groups = randomBytes(12).toString('hex').match(/.{4}/g);
  return ['2001', 'db8', ...groups].map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}

/** Closes all browsers and the sinkhole. */
export async function closeBrowsers() {
  for (const one of browsers.values()) await (await one).close();
  if (sinkhole) (await sinkhole).server.close();
}
