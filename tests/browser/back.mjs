// The Back button on a shared phone: what was typed must not come back once the report has been accepted, and
// must not be lost when it has not. Runs with the back-forward cache on, where the danger is; the control
// shows that this browser does give the text back when a page has no guard.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, createServer as createRelay } from 'node:net';
import { after, before, test } from 'node:test';
import { person } from './lib/chromium.mjs';
import { fillReport, isErrorPage, openReceipt, readReceipt, report, send, set, stepBack, submit } from './lib/citizen.mjs';
import { newcomer, queue, signIn } from './lib/officer.mjs';
import { portal } from './lib/portal.mjs';

const typed = {
  text: '二楼关着四个女孩,窗户钉死了', place_district: '120114', place_words: '河西路十二号',
  category: 'sexual_exploitation', danger: 'yes', identity: 'confidential', contact_name: '金丝雀', contact_phone: '13900779876',
};
const words = ['text', 'place_words', 'contact_name', 'contact_phone'];

export default function back() {
  let facts;
  const open = [];
  const relays = [];
  const visitor = async (script, extra = {}) => {
    const who = await person({ script, kind: 'remembering', ...extra });
    open.push(who);
    return who;
  };

  before(async () => { facts = await portal(); });
  after(async () => {
    for (const one of open) await one.close();
    for (const one of relays) one.close();
  });

  for (const script of [true, false]) {
    const mode = script ? 'with script' : 'without script';

    test(`${mode}, Back after the receipt shows an empty form`, async () => {
      const who = await visitor(script);
      await report(who, facts, typed);
      await goBack(who.page);
      assert.deepEqual(await whatStands(who.page), []);
    });

    test(`${mode}, the same form without its guards gives the text back, so this browser can tell`, async () => {
      const who = await visitor(script);
      const bare = await unguarded(facts);
      try {
        await fillReport(who, { public: bare.origin }, typed);
        await who.page.locator('#send').click();
        await who.page.locator('#words').waitFor();
        await goBack(who.page);
        assert.deepEqual(await whatStands(who.page), words.map((name) => typed[name]));
      } finally {
        bare.close();
      }
    });

    test(`${mode}, Back after leaving the follow-up page shows no thread`, async () => {
      const who = await visitor(script);
      const { code } = await report(who, facts, { text: '想问一下进展。', category: 'women_consult' });
      await openReceipt(who, facts, code);
      // Adding leads to the thread by GET, the kind of page that Back shows most readily.
      await set(who.page.locator('form#add'), 'text', '还有一件事。');
      await submit(who.page, 'form#add');
      await submit(who.page, 'form#close-inbox');
      for (let step = 0; step < 3; step += 1) {
        await stepBack(who.page);
        assert.equal(await who.page.locator('#thread > li').count(), 0, `${step + 1} steps back`);
        assert.doesNotMatch(await who.page.locator('body').innerText(), new RegExp(code.slice(0, 4)));
      }
    });
  }

  for (const script of [true, false]) {
    const mode = script ? 'with script' : 'without script';

    test(`${mode}, a lost answer leaves the text, and sending again gives a receipt and no second tip`, async () => {
      const { who, relay, officer, known } = await lostAnswer(script);
      await goBack(who.page);
      assert.deepEqual(await whatStands(who.page), words.map((name) => typed[name]));
      await receivedOnce(await send(who), { who, relay, officer, known });
    });
  }

  test('a lost answer, loaded again, is the receipt, and there is no second tip', async () => {
    const { who, relay, officer, known } = await lostAnswer(true);
    // The button, not a script of the error page: that would be a form sent by somebody else.
    await who.page.reload({ waitUntil: 'commit' });
    await receivedOnce(await readReceipt(who.page), { who, relay, officer, known });
  });

  // Sends a report whose answer is cut off on its way back, after the portal has taken it.
  async function lostAnswer(script) {
    const relay = await relayTo(facts.public);
    relays.push(relay);
    const officer = await person({ script: false, size: 'desk' });
    open.push(officer);
    await signIn(officer, facts, 'psb-120114');
    const known = await queue(officer, facts);
    const who = await visitor(script);
    await fillReport(who, { public: relay.origin }, typed);
    relay.cutting = true;
    await who.page.locator('#send').click({ noWaitAfter: true });
    await newcomer(officer, facts, known);
    await until(() => isErrorPage(who.page));
    assert.ok(relay.cuts > 0, 'an answer was cut off after the portal had taken the report');
    relay.cutting = false;
    return { who, relay, officer, known };
  }

  async function receivedOnce(receipt, { who, relay, officer, known }) {
    assert.equal((await openReceipt(who, { public: relay.origin }, receipt.code)).status(), 200);
    await newcomer(officer, facts, known);
  }
}

async function until(happened, limitMs = 10_000) {
  for (const end = Date.now() + limitMs; !happened();) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function goBack(page) {
  await stepBack(page);
  await page.locator('form#report').waitFor();
}

/** The typed words that stand in the form. */
async function whatStands(page) {
  const values = await Promise.all(words.map((name) => page.locator(`form#report [name="${name}"]`).inputValue()));
  return values.filter(Boolean);
}

// The portal's own form, without its script and its cookie; everything else as the portal sends it.
async function unguarded(facts) {
  const answer = await fetch(`${facts.public}/report?l=zh`);
  const html = (await answer.text()).replace(/<script[\s\S]*?<\/script>/g, '');
  const server = createServer((request, reply) => {
    reply.setHeader('Content-Type', 'text/html; charset=utf-8');
    reply.setHeader('Cache-Control', answer.headers.get('cache-control') ?? 'no-store');
    request.resume();
    const page = '<!doctype html><title>.</title><link rel="icon" href="data:,"><ol id="words"><li>.</li></ol>';
    request.on('end', () => reply.end(request.method === 'POST' ? page : html));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

// A line that can go dead between the portal's answer to a report and the phone.
async function relayTo(origin) {
  const { hostname, port } = new URL(origin);
  const relay = { cutting: false, cuts: 0 };
  const server = createRelay((near) => {
    const far = connect(port, hostname);
    let sending = false;
    near.on('data', (data) => {
      const head = data.toString('latin1', 0, 13);
      if (/^(GET|POST) \//.test(head)) sending = /^POST \/report[ ?]/.test(head);
      far.write(data);
    });
    far.on('data', (data) => {
      if (!relay.cutting || !sending) return near.write(data);
      relay.cuts += 1;
      return near.destroy();
    });
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  relay.origin = `http://127.0.0.1:${server.address().port}`;
  relay.close = () => server.close();
  return relay;
}
