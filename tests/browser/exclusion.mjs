// The accused body sees nothing: a missing child in Ninghe whose report the Ninghe police branch refused.
// The same report without an accused body goes to that branch, so silence there is the exclusion's doing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person } from './lib/chromium.mjs';
import { report } from './lib/citizen.mjs';
import { isFor, lastNumber, mails, mailTo } from './lib/mail.mjs';
import { newcomer, open, queue, signIn } from './lib/officer.mjs';
import { portal } from './lib/portal.mjs';

const BRANCH = 'psb-120117';
const child = {
  text: '我女儿十三岁,前天放学后没回家。宁河分局说要等几天,不给登记。',
  place_district: '120117', place_words: '芦台镇', category: 'missing_child', danger: 'unknown', minor: 'yes',
};

export default function exclusion() {
  let facts;
  let parent;
  let municipal;
  let branch;
  let tip;

  before(async () => {
    facts = await portal();
    parent = await person({ script: false });
    municipal = await person({ script: false, size: 'desk' });
    branch = await person({ script: false, size: 'desk' });
    await signIn(municipal, facts, 'psb');
    await signIn(branch, facts, BRANCH);
  });
  after(async () => {
    for (const one of [parent, municipal, branch]) await one?.close();
  });

  test('without an accused body the branch leads: row and mail reach it', async () => {
    const before_ = await queue(branch, facts);
    const number = lastNumber(facts.place);
    await report(parent, facts, { ...child, text: '我女儿十三岁,前天放学后没回家。' });
    await newcomer(branch, facts, before_);
    await mailTo(facts.place, BRANCH, number);
  });

  test('with the branch accused, the municipal police lead and hear of it', async () => {
    const before_ = { municipal: await queue(municipal, facts), branch: await queue(branch, facts) };
    const number = lastNumber(facts.place);
    await report(parent, facts, { ...child, exclude: 'psb_branch' });
    tip = await newcomer(municipal, facts, before_.municipal);
    await mailTo(facts.place, 'psb', number);
    // The mails of one tip are sent together; a pause for one that should not come.
    await new Promise((done) => setTimeout(done, 3000));
    const astray = mails(facts.place).filter((mail) => mail.number > number && isFor(mail, BRANCH));
    assert.deepEqual(astray.map((mail) => mail.to), [], 'no mail reaches the branch');
    assert.deepEqual(await queue(branch, facts), before_.branch, 'no row reaches the branch');
  });

  test('the municipal police read it, and read why the branch is left out', async () => {
    await open(municipal, facts, tip);
    assert.match(await municipal.page.locator('#report-text').innerText(), /十三岁/);
    assert.match(await municipal.page.locator('#why').innerText(), /宁河/);
  });

  test('to the branch the tip does not exist: its address answers like one never given', async () => {
    const never = 'ab'.repeat(16);
    for (const ask of [read, claim, note]) {
      const real = await ask(branch, facts, tip);
      const unknown = await ask(branch, facts, never);
      assert.equal(real.at(-1).status, 404);
      assert.deepEqual(real, unknown);
    }
    await municipal.page.goto(`${facts.desk}/desk/tips/${tip}?l=zh`);
    const history = await municipal.page.locator('#history').innerText();
    assert.doesNotMatch(history, /宁河/, 'what the branch tried changed nothing');
  });

  test('the public listener knows no desk at all', async () => {
    for (const path of ['/desk', '/desk/sign-in', `/desk/tips/${tip}`, '/operator', '/admin']) {
      const answer = await parent.context.request.get(`${facts.public}${path}`, { maxRedirects: 0 });
      assert.equal(answer.status(), 404, path);
    }
  });
}

async function read(who, facts, tip) {
  const answer = await who.page.goto(`${facts.desk}/desk/tips/${tip}?l=zh`);
  return [await said(answer, tip)];
}

const claim = (who, facts, tip) => sent(who, facts, tip, 'open', {});
const note = (who, facts, tip) => sent(who, facts, tip, 'note', { text: '……', version: '1' });

// What the branch's own form would send, with its own csrf value, aimed at the other tip; then wherever the
// answer leads, each step as it was answered. Opening from the queue always leads to the tip's page, which
// is where everybody learns whether there is one.
async function sent(who, facts, tip, act, fields) {
  await who.page.goto(`${facts.desk}/desk?l=zh`);
  const csrf = await who.page.locator('#queue form input[name=csrf], form#sign-out input[name=csrf]').first().inputValue();
  const answer = await who.context.request.post(`${facts.desk}/desk/tips/${tip}/${act}?l=zh`, {
    form: { csrf, ...fields }, headers: { Origin: facts.desk }, maxRedirects: 0,
  });
  const steps = [await said(answer, tip)];
  const { location } = answer.headers();
  if (location) {
    steps.push(await said(await who.context.request.get(new URL(location, facts.desk).href, { maxRedirects: 0 }), tip));
  }
  return steps;
}

// Status, text and all headers: a length or a cookie would tell as well.
async function said(answer, tip) {
  const headers = Object.entries(answer.headers()).filter(([name]) => name !== 'date');
  return { status: answer.status(), headers: neutral(JSON.stringify(headers), tip), text: neutral(await answer.text(), tip) };
}

function neutral(html, tip) {
  return html.replaceAll(tip, 'TIP').replace(/value="[^"]*"/g, 'value').replace(/nonce="[^"]*"/g, 'nonce');
}
