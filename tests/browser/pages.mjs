// Every page, in both languages and at both sizes: accessible, quiet in title and address, with the exit at
// hand, and speaking to nobody but its own origin.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, test } from 'node:test';
import { askedOfTheWorld, person } from './lib/chromium.mjs';
import { everyPage, rounds } from './lib/gallery.mjs';
import { portal, unmanned } from './lib/portal.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Off by default in axe; the portal promises both.
const stricter = { rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } };
const caseWords = /拐|贩|举报|受害|失踪|强迫|报警|反映|traffick|abduct|smuggl|slave|victim|missing|crime|police|hotline/i;
const expected = {
  'report-nothing-said': 422, 'report-not-a-picture': 422, 'follow-up-typo': 422, 'follow-up-unknown': 404,
  'report-too-large': 413, 'report-closed': 503, 'report-down': 503, 'too-many': 429,
  'follow-up-nothing-added': 422, 'follow-up-time-over': 422, 'no-such-page': 404, 'desk-no-such-tip': 404,
  'desk-sign-in-refused': 422, 'desk-account-refused': 422, 'desk-not-done': 422, 'desk-changed': 409, 'desk-session-over': 403,
  'desk-not-your-office': 403, 'desk-join-refused': 422, 'desk-plan-rule-refused': 422,
};

export default function pages() {
  let facts;
  let askedBefore;
  const seen = [];
  const requests = [];

  before(async () => {
    facts = await portal();
    askedBefore = (await askedOfTheWorld()).length;
    const prepare = (who) => who.context.addInitScript({ content: axe });
    const looking = ({ locale, size }) => async (name, page, status, side) => {
      seen.push({ ...await inspected(page), name, locale, size, status, side, where: `${name} ${locale} ${size}` });
    };
    requests.push(...await everyPage(facts, rounds, looking, prepare));
  });

  test('every page answers with the status that fits it', () => {
    assert.ok(seen.length >= 4 * 33, `${seen.length} pages seen`);
    const odd = seen.filter((page) => page.status !== (expected[page.name] ?? 200));
    none(odd.map((page) => `${page.where}: ${page.status}`));
  });

  test('axe finds nothing on any page', () => {
    none(seen.flatMap((page) => page.violations.map((one) => `${page.where}: ${one}`)));
  });

  test('axe runs on these pages: a picture without words is found', async () => {
    const who = await person();
    await who.context.addInitScript({ content: axe });
    await who.page.goto(`${facts.public}/?l=zh`);
    await who.page.evaluate(() => document.querySelector('main').append(document.createElement('img')));
    assert.ok((await inspected(who.page)).violations.some((one) => one.startsWith('image-alt')));
    await who.close();
  });

  test('no title, address or icon says what the portal is about', () => {
    const telling = seen.filter((page) => page.side === 'public')
      .filter((page) => caseWords.test(decodeURIComponent(page.title + page.path)) || !/^data:/.test(page.icon));
    none(telling.map((page) => `${page.where}: ${page.title} ${page.path} ${page.icon}`));
    assert.equal(new Set(seen.filter((page) => page.side === 'public').map((page) => page.title)).size, 2, 'one title for each language');
  });

  test('no address carries anything but the language', () => {
    const odd = seen.filter((page) => page.side === 'public' && !/^(\?l=(zh|en))?$/.test(page.query));
    none(odd.map((page) => `${page.where}: ${page.query}`));
  });

  test('the exit stands on every public page, first in the tab order and inside the window', () => {
    const without = seen.filter((page) => page.side === 'public' && !page.exit);
    none(without.map((page) => page.where));
  });

  test('every page names its language and does not scroll sideways', () => {
    const odd = seen.filter((page) => !page.lang.startsWith(page.locale) || page.sideways);
    none(odd.map((page) => `${page.where}: ${page.lang} ${page.sideways}`));
  });

  test('no page keeps anything in the browser', () => {
    none(seen.filter((page) => page.kept > 0).map((page) => page.where));
  });

  test('no request leaves the origin', async () => {
    const empty = await unmanned();
    const own = [facts.public, facts.desk, empty.public, empty.desk].map((one) => new URL(one).origin);
    const outside = requests.filter((url) => !url.startsWith('data:') && !own.includes(new URL(url).origin));
    none(outside);
    assert.ok(requests.length > seen.length);
    none((await askedOfTheWorld()).slice(askedBefore));
  });

  test('the sinkhole sees a request that does leave', async () => {
    const who = await person();
    await who.page.goto('http://elsewhere.test/').catch(() => {});
    await who.close();
    const asked = await askedOfTheWorld();
    assert.ok(asked.some((line) => line.includes('elsewhere.test')), String(asked));
  });
}

// One line for each finding; a deep comparison would print them twice.
function none(findings) {
  assert.equal(findings.length, 0, findings.slice(0, 60).join('\n'));
}

/** What one page looks like to the checks above. */
async function inspected(page) {
  const facts = await page.evaluate(() => {
    const exit = document.querySelector('a#exit[href^="/exit"]');
    const box = exit?.getBoundingClientRect();
    const first = document.querySelector('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
    return {
      title: document.title,
      path: location.pathname,
      query: location.search,
      lang: document.documentElement.lang,
      icon: document.querySelector('link[rel~=icon]')?.getAttribute('href') ?? '',
      exit: Boolean(box && box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && first === exit),
      sideways: document.documentElement.scrollWidth > innerWidth,
      kept: localStorage.length + sessionStorage.length,
    };
  });
  return { ...facts, violations: await violations(page) };
}

async function violations(page) {
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), { ...stricter, resultTypes: ['violations'] });
  return found.violations.map((one) => `${one.id} on ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
