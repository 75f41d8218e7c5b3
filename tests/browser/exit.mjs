// Leaving at once: the page is covered before anything is fetched, the cookie goes, and Back does not return.
// The target is another site, which the sinkhole stands for. Requests are intercepted in the cover test alone:
// interception makes this browser repeat a POST on Back where it would otherwise refuse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { askedOfTheWorld, person } from './lib/chromium.mjs';
import { openReceipt, report, stepBack, visit } from './lib/citizen.mjs';
import { portal } from './lib/portal.mjs';

const COVER_LIMIT_MS = 100;

export default function exit() {
  let facts;
  let code;
  const open = [];
  const visitor = async (script, kind = 'remembering') => {
    const who = await person({ script, kind });
    open.push(who);
    return who;
  };

  before(async () => {
    facts = await portal();
    const who = await person();
    ({ code } = await report(who, facts, { text: '想问一下进展。', category: 'women_consult' }));
    await who.close();
  });
  after(async () => {
    for (const one of open) await one.close();
  });

  for (const line of ['online', 'offline']) {
    test(`with script and ${line}, the page is covered within ${COVER_LIMIT_MS} ms of the press`, async () => {
      const who = await visitor(true);
      await who.context.route(/\/exit/, async (route) => {
        await new Promise((done) => setTimeout(done, 1000));
        await route.continue().catch(() => {});
      });
      await visit(who, facts, '/report');
      await who.page.waitForLoadState('load');
      const covered = coverTime(who.page);
      if (line === 'offline') await who.context.setOffline(true);
      await who.page.locator('a#exit').click({ noWaitAfter: true });
      const ms = await covered;
      assert.ok(ms < COVER_LIMIT_MS, `covered after ${ms} ms`);
    });
  }

  for (const script of [true, false]) {
    const mode = script ? 'with script' : 'without script';

    test(`${mode}, exit leads to another site and takes the cookie along`, async () => {
      const who = await visitor(script);
      await openReceipt(who, facts, code);
      assert.ok((await who.context.cookies(facts.public)).length > 0, 'an open inbox has a cookie');
      await leave(who, facts);
      assert.deepEqual(await who.context.cookies(facts.public), []);
    });

    test(`${mode}, Back after exit shows nothing of the inbox`, async () => {
      const who = await visitor(script);
      await visit(who, facts, '/');
      await openReceipt(who, facts, code);
      assert.ok(await who.page.locator('#thread').count() > 0);
      await leave(who, facts);
      await stepBack(who.page);
      assert.equal(await who.page.locator('#thread, #status').count(), 0);
    });
  }

  test('with script, the page that was left is not one step back', async () => {
    const who = await visitor(true);
    await visit(who, facts, '/');
    await visit(who, facts, '/report');
    await leave(who, facts);
    await stepBack(who.page);
    assert.equal(new URL(who.page.url()).pathname, '/');
    assert.equal(await who.page.locator('form#report').count(), 0);
  });

  for (const locale of ['zh', 'en']) {
    test(`without script in ${locale}, /exit answers 303 to another host and clears what was kept`, async () => {
      const who = await visitor(false);
      const answer = await who.context.request.get(`${facts.public}/exit?l=${locale}`, { maxRedirects: 0 });
      const headers = answer.headers();
      assert.equal(answer.status(), 303);
      const target = new URL(headers.location);
      assert.equal(target.protocol, 'https:');
      assert.notEqual(target.hostname, '127.0.0.1');
      assert.match(headers['clear-site-data'] ?? '', /"cookies"/);
      assert.match(headers['clear-site-data'] ?? '', /"storage"/);
      assert.match(headers['cache-control'] ?? '', /no-store/);
      assert.match(headers['referrer-policy'] ?? '', /no-referrer/);
    });
  }
}

// Nothing answers at the other site: the exit must do its work on a bad line too.
async function leave(who, facts) {
  const since = (await askedOfTheWorld()).length;
  await who.page.locator('a#exit').click({ noWaitAfter: true });
  const until = Date.now() + 10_000;
  while (who.page.url().startsWith(facts.public)) {
    assert.ok(Date.now() < until, 'exit led nowhere');
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.ok((await askedOfTheWorld()).length > since, 'the other site was asked for');
}

/**
 * The time from the press to the first painted frame in which nothing of the page can be hit: looked for at
 * points all over the screen, and counted one frame later, when that frame has surely been painted.
 */
async function coverTime(page) {
  const told = new Promise((done, refuse) => {
    page.on('console', (line) => {
      const [, ms] = line.text().match(/^covered ([\d.]+)$/) ?? [];
      if (ms) done(Number(ms));
      if (line.text() === 'never covered') refuse(new Error('the page was not covered'));
    });
  });
  told.catch(() => {});
  await page.evaluate(() => {
    const isCovered = () => {
      for (let x = 1; x < 12; x += 1) {
        for (let y = 1; y < 12; y += 1) {
          const hit = document.elementFromPoint((innerWidth * x) / 12, (innerHeight * y) / 12);
          if (hit?.closest('main, header, footer, nav, form, #exit')) return false;
        }
      }
      return true;
    };
    if (isCovered()) throw new Error('nothing to cover: the probe sees no page');
    document.addEventListener('click', (press) => {
      const look = () => {
        if (isCovered()) requestAnimationFrame(() => console.log(`covered ${performance.now() - press.timeStamp}`));
        else if (performance.now() - press.timeStamp < 900) requestAnimationFrame(look);
        else console.log('never covered');
      };
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  });
  return { then: (...both) => told.then(...both) };
}
