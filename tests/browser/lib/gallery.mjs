// One walk through every page, for whoever wants to look at each: accessibility, titles, screenshots.
// Owns the list of pages and how one gets there; refuses to judge them.
import { Buffer } from 'node:buffer';
import { person } from './chromium.mjs';
import { fillReport, openReceipt, report, set, submit, visit } from './citizen.mjs';
import { act, newcomer, open, queue, signIn } from './officer.mjs';

const story = {
  zh: { text: '厂里扣了我们的身份证,不让出门,也不给工钱。', place: '大王古庄镇工业区', reply: '谢谢,我们已经看到。厂门口有什么记号?', note: '先核对厂名。' },
  en: { text: 'The factory keeps our papers, locks the gate and does not pay us.', place: 'industrial area, Dawanggu', reply: 'Thank you, we have read this. What stands at the gate?', note: 'Check the name of the factory first.' },
};
const LEAD = 'psb-120114';
const NEVER = 'ab'.repeat(16);

/**
 * Visits every page in one language at one size and calls `look(name, page, status, side)` on each, where side
 * is `public` or `desk`.
 */
export async function walk(facts, { locale, size, prepare }, look) {
  const citizen = await person({ locale, size });
  const officer = await person({ locale, size });
  try {
    for (const one of [citizen, officer]) await prepare?.(one);
    await signIn(officer, facts, LEAD);
    const known = await queue(officer, facts);
    const receipt = await publicPages(facts, citizen, look);
    const tip = await newcomer(officer, facts, known);
    await deskPages(facts, officer, tip, look);
    await openReceipt(citizen, facts, receipt.code);
    await look('follow-up-thread', citizen.page, 200, 'public');
    return { requests: [...citizen.requests, ...officer.requests] };
  } finally {
    await citizen.close();
    await officer.close();
  }
}

async function publicPages(facts, who, look) {
  const { text, place } = story[who.locale];
  const seen = async (name, answer) => look(name, who.page, answer.status(), 'public');
  await seen('home', await visit(who, facts, '/'));
  await seen('report', await visit(who, facts, '/report'));
  await fillReport(who, facts, { place_words: place });
  await seen('report-nothing-said', await submit(who.page, 'form#report'));
  await fillReport(who, facts, { text, photo: notAPicture });
  await seen('report-not-a-picture', await submit(who.page, 'form#report'));
  const receipt = await report(who, facts, { text, place_words: place, place_district: '120114', category: 'forced_labour' });
  await look('receipt', who.page, 200, 'public');
  await seen('follow-up', await visit(who, facts, '/follow-up'));
  for (const [name, words] of [['follow-up-typo', 'abandon abandno'], ['follow-up-unknown', NEVER]]) {
    await seen(name, await openReceipt(who, facts, words));
  }
  await seen('no-such-page', await visit(who, facts, '/no-such-page'));
  return receipt;
}

const notAPicture = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture at all') };

async function deskPages(facts, who, tip, look) {
  const { reply, note } = story[who.locale];
  const seen = async (name, answer) => look(name, who.page, answer.status(), 'desk');
  await seen('desk-queue', await who.page.goto(`${facts.desk}/desk?l=${who.locale}`));
  await open(who, facts, tip);
  await look('desk-tip', who.page, 200, 'desk');
  await act(who, 'note', { text: note });
  await act(who, 'reply', { text: reply });
  await seen('desk-tip-answered', await who.page.goto(`${facts.desk}/desk/tips/${tip}?l=${who.locale}`));
  await seen('desk-no-such-tip', await who.page.goto(`${facts.desk}/desk/tips/${NEVER}?l=${who.locale}`));
  await who.page.goto(`${facts.desk}/desk?l=${who.locale}`);
  await submit(who.page, 'form#sign-out');
  await seen('desk-sign-in', await who.page.goto(`${facts.desk}/desk/sign-in?l=${who.locale}`));
  const form = who.page.locator('form#sign-in');
  await set(form, 'name', LEAD);
  await set(form, 'password', 'not the password of anybody');
  await seen('desk-sign-in-refused', await submit(who.page, 'form#sign-in'));
}
