// The portal's main job, end to end: from a phone without JavaScript to the right desk, and back.
// One story in steps; each step stands on the one before, so the first that fails is the news.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nowhereInClear, scan } from './lib/canaries.mjs';
import { person } from './lib/chromium.mjs';
import { openReceipt, report, set, status, submit, thread, visit } from './lib/citizen.mjs';
import { lastNumber, mailTo } from './lib/mail.mjs';
import { act, newcomer, open, queue, signIn } from './lib/officer.mjs';
import { picture, tellingPhoto } from './lib/photo.mjs';
import { portal } from './lib/portal.mjs';

const CANARY = 'canary-GPS-7Q2X9';
const canaries = {
  text: '砖厂后院锁着三个说外地话的小伙子',
  more: '昨晚又来了一辆没有牌照的面包车',
  reply: '您说的砖厂在哪条路上,门口有什么记号',
  name: '欧阳金丝雀',
  phone: '13900772345',
  words: '大王古庄镇东头第三个院子',
  file: 'canary-照片-8841',
  photo: CANARY,
  address: 'ip:2001:db8:77:9::4d2',
  agent: 'Canary/77.31 (Linux; Phone 8841)',
};

export default function journey() {
  let facts;
  let citizen;
  let officer;
  let receipt;
  let tip;
  let queueBefore;
  let mailsBefore;
  let photo;

  before(async () => {
    facts = await portal();
    citizen = await person({ script: false, address: canaries.address.slice(3), agent: canaries.agent });
    officer = await person({ script: false, size: 'desk' });
    await signIn(officer, facts, 'psb-120114');
    queueBefore = await queue(officer, facts);
    mailsBefore = lastNumber(facts.place);
  });
  after(async () => {
    await citizen?.close();
    await officer?.close();
  });

  test('a citizen on a phone without JavaScript reports with a photo and gets twelve words', async () => {
    await visit(citizen, facts, '/');
    await citizen.page.locator('a[href^="/report"]').first().click();
    await citizen.page.locator('form#report').waitFor();
    photo = tellingPhoto(await citizen.page.screenshot({ type: 'jpeg' }), CANARY);
    const path = join(facts.place.folder, `${canaries.file}.jpg`);
    writeFileSync(path, photo);
    receipt = await report(citizen, facts, {
      text: canaries.text, place_district: '120114', place_words: canaries.words, category: 'forced_labour',
      danger: 'unknown', minor: 'no', identity: 'confidential', contact_name: canaries.name,
      contact_phone: canaries.phone, photo: path,
    });
    assert.match(await citizen.page.locator('#next').innerText(), /\d/, 'what happens next has a date or a time');
  });

  test('the duty mailbox of the Wuqing police hears that something waits, and nothing of what', async () => {
    const mail = await mailTo(facts.place, 'psb-120114', mailsBefore);
    assert.match(mail.text, /\/desk/, 'the mail says where to sign in');
    assert.equal(scan([facts.place.mail], canaries, facts.place).status, 0);
    const message = mail.text.match(/^message-id:.*$/im)?.[0] ?? '';
    assert.match(message, /<[^>]+@[^>]+>/, 'the mail has a Message-ID');
  });

  test('nothing of the report stands in clear while it waits', () => {
    nowhereInClear(facts, canaries, 'after the report');
  });

  test('an officer of the Wuqing police finds it in the queue, claims it and reads it', async () => {
    tip = await newcomer(officer, facts, queueBefore);
    const row = officer.page.locator(`#queue tr[data-tip="${tip}"]`);
    assert.doesNotMatch(await row.innerText(), /砖厂|欧阳|13900772345/, 'the queue shows no content');
    await open(officer, facts, tip);
    assert.match(await officer.page.locator('#report-text').innerText(), new RegExp(canaries.text));
    assert.match(await officer.page.locator('#why').innerText(), /2\.2\.2-c/, 'the clause that led here');
    assert.ok(!facts.desk.includes(facts.public), 'the desk has a listener of its own');
  });

  test('the mail does not name the tip', async () => {
    const mail = await mailTo(facts.place, 'psb-120114', mailsBefore);
    assert.ok(!mail.raw.includes(tip) && !mail.text.includes(tip));
  });

  test('the officer gets the picture without what the camera wrote into it', async () => {
    const files = await officer.page.locator('a[href*="/files/"], img[src*="/files/"]')
      .evaluateAll((all) => all.map((one) => one.href ?? one.src));
    assert.ok(files.length > 0, 'the tip page links the photo');
    const answer = await officer.context.request.get(files[0]);
    assert.equal(answer.status(), 200);
    const given = await answer.body();
    assert.ok(!given.includes(CANARY) && !given.includes('Exif'), 'camera data is gone');
    assert.deepEqual(picture(given), picture(photo), 'the picture itself is untouched');
    assert.ok(picture(photo).length > 500, 'there was a picture to compare');
  });

  test('the officer notes and replies', async () => {
    assert.ok((await act(officer, 'note', { text: '先核对周边路口。' })).status() < 400);
    assert.ok((await act(officer, 'reply', { text: canaries.reply })).status() < 400);
    assert.match(await officer.page.locator('#thread').innerText(), new RegExp(canaries.reply));
  });

  test('the citizen reads the reply with the twelve words, not the note, and answers', async () => {
    const answer = await openReceipt(citizen, facts, receipt.words.join(' '));
    assert.equal(answer.status(), 200);
    const shown = await thread(citizen.page);
    assert.ok(shown.some((one) => one.from === 'officer' && one.text.includes(canaries.reply)));
    assert.doesNotMatch(await citizen.page.content(), /周边路口/, 'a note is for the desk alone');
    assert.doesNotMatch(citizen.page.url(), /[?&](?!l=)/, 'nothing of the receipt stands in the address');
    await set(citizen.page.locator('form#add'), 'text', canaries.more);
    await submit(citizen.page, 'form#add');
    assert.ok((await thread(citizen.page)).some((one) => one.from === 'reporter' && one.text.includes(canaries.more)));
    nowhereInClear(facts, canaries, 'while the thread grows');
  });

  test('the officer reads the addition and closes', async () => {
    await officer.page.goto(`${facts.desk}/desk/tips/${tip}?l=zh`);
    assert.match(await officer.page.locator('#thread').innerText(), new RegExp(canaries.more));
    const outcomes = await officer.page.locator('form#close [name=outcome] option').evaluateAll(
      (all) => all.map((one) => one.value).filter(Boolean),
    );
    const answer = await act(officer, 'close', { outcome: outcomes[0], reason: '已到现场处理完毕。' });
    assert.ok(answer.status() < 400);
  });

  test('the citizen sees the plain status, with the code as well as with the words', async () => {
    for (const key of [receipt.words.join(''), receipt.code]) {
      assert.equal((await openReceipt(citizen, facts, key)).status(), 200);
      assert.match((await status(citizen.page)).words, /已办结/);
      await submit(citizen.page, 'form#close-inbox');
    }
  });

  test('nothing stands in clear at the end either, and the search would have seen it', () => {
    nowhereInClear(facts, canaries, 'at the end');
    const planted = join(facts.place.folder, 'planted.log');
    writeFileSync(planted, Buffer.from(`.${canaries.text}.`, 'utf16le').toString('base64'));
    assert.equal(scan([planted], canaries, facts.place).status, 1, 'a planted copy must be found');
  });
}
