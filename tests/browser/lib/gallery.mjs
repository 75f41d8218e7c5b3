// One walk through every page, for whoever wants to look at each: accessibility, titles, screenshots.
// Owns the list of pages and how one gets there; refuses to judge them.
// Invariant: a walk disturbs no other, so that several may go at once: each has a district of its own. What
// stands still for everybody, as a database that somebody else holds, is `outage`, which goes alone.
import { Buffer } from 'node:buffer';
import { locales, person, sizes } from './chromium.mjs';
import { fillReport, openReceipt, report, set, submit, visit } from './citizen.mjs';
import { act, newcomer, open, queue, signIn, signInWrongly } from './officer.mjs';
import { holdDatabase, unmanned } from './portal.mjs';

const story = {
  zh: {
    text: '厂里扣了我们的身份证，不让出门，也不给工钱。\n一共七个人，最小的看着只有十六七岁。晚上大门上锁。招工的电话是154 0077 0001。', place: '大王古庄镇工业区',
    name: '小周', phone: '139 0077 0000', safe: '只发短信，晚上八点以后。',
    reply: '谢谢，我们已经看到。厂门口有什么记号？', note: '先核对厂名和法人，再约劳动监察一起去。', more: '门口有一棵大槐树，铁门是蓝色的。',
    reason: '需要约见举报人核对地点。', planned: '强迫劳动改由人社牵头', noise: '同一件事已有线索，这条没有新的内容。', released: '区内一处工业区有工人被扣证件、不让出门，请了解其中妇女的情况。', accused: '派出所不给登记，还说再去就抓我们。', audit: '季度自查，核对打开线索的记录。', referral: '现场在贵单位辖区，已电话沟通。', closing: '七人已离开，工资已补发。', last: '七个人都已经出来了，工钱正在补发。谢谢您。',
  },
  en: {
    text: 'The factory keeps our papers, locks the gate and does not pay us.\nThere are seven of us; the youngest looks sixteen. Who hired us: 154 0077 0001.', place: 'industrial area, Dawanggu',
    name: 'Zhou', phone: '139 0077 0000', safe: 'Text only, after eight in the evening.',
    reply: 'Thank you, we have read this. What stands at the gate?', note: 'Check the name of the factory, then go with the labour inspectors.', more: 'There is a big tree, and the gate is blue.',
    reason: 'To meet the reporter and check the place.', planned: 'Labour bureau leads forced labour', noise: 'The same matter stands in another tip; nothing new here.', released: 'Workers in an industrial area have their papers kept and are locked in. Please see to the women among them.', accused: 'The police station refused to register it and threatened us.', audit: 'Quarterly review of who opened tips.', referral: 'The place lies in your district, as agreed by telephone.', closing: 'All seven are out and are being paid.', last: 'All seven are out. Thank you.',
  },
};
const NEVER = 'ab'.repeat(16);
const notAPicture = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture at all') };
const hugePicture = () => ({ name: 'big.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(11 * 1024 * 1024, 0xff) });

/** Each language at each size, with the police branch that leads there. */
export const rounds = ['120114', '120101', '120103', '120116'].map((district, at) => ({
  district,
  lead: `psb-${district}`,
  locale: Object.keys(locales)[at % 2],
  size: Object.keys(sizes)[at >> 1],
}));

/**
 * Visits every page of the `chosen` rounds. `lookOf(round)` gives what is called on each page as
 * `look(name, page, status, side)`, where side is `public` or `desk`; `prepare` is called on each visitor
 * first. Gives the addresses of all requests.
 */
export async function everyPage(facts, chosen, lookOf, prepare) {
  const walked = await Promise.allSettled(chosen.map((round) => walk(facts, round, lookOf(round), prepare)));
  const fallen = walked.find((one) => one.status === 'rejected');
  if (fallen) throw fallen.reason;
  const requests = walked.flatMap((one) => one.value);
  for (const round of chosen) requests.push(...await outage(facts, round, lookOf(round), prepare));
  return requests;
}

async function walk(facts, round, look, prepare) {
  const crew = [];
  const visitor = async (extra = {}) => {
    const who = await person({ locale: round.locale, size: round.size, ...extra });
    await prepare?.(who);
    crew.push(who);
    return who;
  };
  const step = { facts, round, look, visitor, ...story[round.locale] };
  try {
    const officer = await visitor();
    const citizen = await visitor();
    await signIn(officer, facts, round.lead);
    const before = await queue(officer, facts);
    await earlier(step, await visitor());
    const known = await queue(officer, facts);
    const twin = known.find((id) => !before.includes(id));
    const receipt = await publicPages(step, citizen);
    const tip = await newcomer(officer, facts, known);
    await deskPages(step, officer, tip);
    await threadPages(step, citizen, receipt.code, 'follow-up-thread');
    await asidePages(step, officer, twin);
    await afterwards(step, officer, tip);
    await threadPages(step, citizen, receipt.code, 'follow-up-closed');
    await otherDesks(step);
    await peoplePages(step);
    await recordPages(step);
    await planPages(step);
    await accountPages(step);
    await crowd(step);
    return crew.flatMap((who) => who.requests);
  } finally {
    for (const who of crew) await who.close();
  }
}

// A report from before that names the same telephone.
async function earlier({ facts, round, text, place }, who) {
  await visit(who, facts, '/report');
  await report(who, facts, { text, place_words: place, place_district: round.district, category: 'forced_labour', minor: 'unknown' });
}

async function publicPages({ facts, round, look, text, place, name, phone, safe, accused }, who) {
  const seen = async (page, answer) => look(page, who.page, answer.status(), 'public');
  await seen('home', await visit(who, facts, '/'));
  const photo = { name: 'IMG_8841.jpg', mimeType: 'image/jpeg', buffer: await who.page.screenshot({ type: 'jpeg' }) };
  await seen('report', await visit(who, facts, '/report'));
  await fillReport(who, facts, { place_words: place, contact_name: name });
  await seen('report-nothing-said', await submit(who.page, 'form#report'));
  await fillReport(who, facts, { text, photo: notAPicture });
  await seen('report-not-a-picture', await submit(who.page, 'form#report'));
  await fillReport(who, facts, { text, photo: hugePicture() });
  await seen('report-too-large', await submit(who.page, 'form#report'));
  const receipt = await report(who, facts, {
    text, place_words: place, place_district: round.district, category: 'forced_labour', minor: 'unknown', photo,
    identity: 'confidential', contact_name: name, contact_phone: phone, contact_note: safe,
  });
  await look('receipt', who.page, 200, 'public');
  await seen('follow-up', await visit(who, facts, '/follow-up'));
  for (const [page, words] of [['follow-up-typo', 'abandon abandno'], ['follow-up-unknown', NEVER]]) {
    await seen(page, await openReceipt(who, facts, words));
  }
  await seen('record', await visit(who, facts, '/record'));
  const guarded = await report(who, facts, { text: accused, place_words: place, category: 'forced_labour', minor: 'unknown', exclude: 'psb_branch' });
  await openReceipt(who, facts, guarded.code);
  await look('follow-up-kept-out', who.page, 200, 'public');
  await seen('no-such-page', await visit(who, facts, '/no-such-page'));
  return receipt;
}

// The inbox: as it stands, with something left out, after its time, left.
async function threadPages({ facts, look, more }, who, code, name) {
  const seen = async (page, answer) => look(page, who.page, answer.status(), 'public');
  await openReceipt(who, facts, code);
  await look(name, who.page, 200, 'public');
  if (name !== 'follow-up-thread') return;
  await seen('follow-up-proof', await submit(who.page, 'form#prove'));
  await openReceipt(who, facts, code);
  await set(who.page.locator('form#add'), 'text', '   ');
  await seen('follow-up-nothing-added', await submit(who.page, 'form#add'));
  await set(who.page.locator('form#add'), 'text', more);
  await submit(who.page, 'form#add');
  await seen('follow-up-left', await submit(who.page, 'form#close-inbox'));
  await openReceipt(who, facts, code);
  await set(who.page.locator('form#add'), 'text', more);
  await who.context.clearCookies();
  await seen('follow-up-time-over', await submit(who.page, 'form#add'));
}

async function deskPages(step, who, tip) {
  const { facts, look, reply, note, reason } = step;
  const seen = async (page, answer) => look(page, who.page, answer.status(), 'desk');
  const tipPage = () => goTo(who, facts, `/desk/tips/${tip}`);
  await seen('desk-queue', await goTo(who, facts, '/desk'));
  await open(who, facts, tip);
  await look('desk-tip', who.page, 200, 'desk');
  await seen('desk-related', await goTo(who, facts, `/desk/tips/${tip}/related`));
  await tipPage();
  await act(who, 'note', { text: note });
  await act(who, 'reply', { text: reply, ask: 'yes' });
  await unfold(who.page, '.pane.acts details');
  await look('desk-tip-acts-open', who.page, 200, 'desk');
  await tipPage();
  await unfold(who.page, '#pictures details, #clocks details');
  await who.page.locator('#pictures img').evaluate((img) => img.decode());
  await look('desk-tip-photo', who.page, 200, 'desk');
  await contactPages(step, who, tip);
  await excerptPages(step, who, tip);
  await tipPage();
  await seen('desk-not-done', await act(who, 'note', { text: '   ' }));
  await stale(step, who, tip);
  await seen('desk-no-such-tip', await goTo(who, facts, `/desk/tips/${NEVER}`));
  await seen('desk-mine', await goTo(who, facts, '/desk', '&tab=mine'));
  await tipPage();
  await act(who, 'hold', { reason });
  await tipPage();
  await unfold(who.page, '.pane.acts details');
  await look('desk-held', who.page, 200, 'desk');
  await seen('desk-holds', await goTo(who, facts, '/desk/holds'));
}

// Who the reporter is: asked for, granted by the head of the body above, shown once.
async function contactPages(step, who, tip) {
  const { facts, look, reason, visitor } = step;
  const seen = async (page, by, answer) => look(page, by.page, answer.status(), 'desk');
  await goTo(who, facts, `/desk/tips/${tip}`);
  await unfold(who.page, '#reporter details');
  await look('desk-contact-ask', who.page, 200, 'desk');
  await act(who, 'contact-ask', { purpose: 'meet', reason });
  await look('desk-contact-waits', who.page, 200, 'desk');
  const above = await visitor();
  await signIn(above, facts, 'psb');
  await seen('desk-approvals', above, await goTo(above, facts, '/desk/approvals'));
  await seen('desk-approval', above, await goTo(above, facts, `/desk/tips/${tip}`));
  await act(above, 'contact-grant', {});
  await goTo(who, facts, `/desk/tips/${tip}`);
  await seen('desk-contact', who, await act(who, 'contact', {}));
}

// A tip that is set aside: the form, the way back on the next page, the list, and the colleague who looks again.
async function asidePages({ facts, round, look, noise, visitor }, who, tip) {
  const seen = async (page, by, answer) => look(page, by.page, answer.status(), 'desk');
  await open(who, facts, tip);
  await unfold(who.page, 'details:has(form#aside)');
  await look('desk-aside-form', who.page, 200, 'desk');
  await who.page.locator('#aside-then').uncheck();
  await act(who, 'aside', { reason: noise, confirmed: 'yes' });
  await look('desk-aside-done', who.page, 200, 'desk');
  await seen('desk-aside', who, await goTo(who, facts, '/desk', '&tab=aside'));
  if (!facts.officers.some((one) => one.name === `${round.lead}-handler`)) return;
  const colleague = await visitor();
  await signIn(colleague, facts, `${round.lead}-handler`);
  await seen('desk-looks', colleague, await goTo(colleague, facts, '/desk'));
  await seen('desk-second-look', colleague, await goTo(colleague, facts, '/desk/second-look'));
}

// A text that the lead releases to a body that is merely told, which reads that text only.
async function excerptPages({ facts, look, released, visitor }, who, tip) {
  const told = await visitor();
  const seen = async (page, answer) => look(page, told.page, answer.status(), 'desk');
  await goTo(who, facts, `/desk/tips/${tip}`);
  await act(who, 'excerpt', { text: released, 'to-women': 'yes', checked: 'yes' });
  await look('desk-tip-released', who.page, 200, 'desk');
  await signIn(told, facts, 'women');
  await seen('desk-excerpts', await goTo(told, facts, '/desk/excerpts'));
  await told.page.locator('#excerpts a').first().click();
  await look('desk-excerpt', told.page, 200, 'desk');
}

// An officer's own account: what it shows, and what enrols, changes and refuses.
async function accountPages({ facts, look, visitor }) {
  const who = await visitor();
  const seen = async (page, answer) => look(page, who.page, answer.status(), 'desk');
  await signIn(who, facts, 'civil');
  await seen('desk-account', await goTo(who, facts, '/desk/account'));
  await seen('desk-account-password', await goTo(who, facts, '/desk/account/password'));
  const typed = { password: 'not mine at all', fresh: 'homeward-homeward', again: 'homeward-homeward' };
  await seen('desk-account-refused', await act(who, 'change-password', typed));
  await seen('desk-account-passkey', await goTo(who, facts, '/desk/account/passkey'));
  await seen('desk-account-app', await goTo(who, facts, '/desk/account/app'));
}

// People: who invites, proposes, confirms and joins, and what those see who only count.
async function peoplePages({ facts, round, look, visitor }) {
  const seen = async (page, who, answer) => look(page, who.page, answer.status(), 'desk');
  const who = await visitor();
  await signIn(who, facts, 'jointconf-system-admin');
  await seen('desk-invitations', who, await goTo(who, facts, '/desk/people/invitations'));
  const login = `new-${round.district}-${round.size}-${round.locale}`;
  await act(who, 'invite', { name: '李明', login, agency: 'civil', role: 'handler' });
  await seen('desk-not-your-office', who, await goTo(who, facts, '/desk/figures'));
  const second = await visitor();
  await signIn(second, facts, 'jointconf-security-admin');
  await seen('desk-invitations-to-confirm', second, await goTo(second, facts, '/desk/people/invitations'));
  const head = await visitor();
  await signIn(head, facts, round.lead);
  await goTo(head, facts, '/desk/people/invitations');
  await seen('desk-invitation-code', head, await act(head, 'invite', { name: '王芳', login: `own-${login}`, role: 'handler' }));
  const code = await head.page.locator('#invitation-code').textContent();
  const joins = await visitor();
  await seen('desk-join', joins, await goTo(joins, facts, '/desk/join'));
  const typed = { invitation: code, password: 'a sentence to remember', 'password-again': 'another sentence here' };
  await seen('desk-join-refused', joins, await act(joins, 'join', typed));
  await seen('desk-joined', joins, await act(joins, 'join', { ...typed, 'password-again': typed.password }));
  await seen('desk-members', head, await goTo(head, facts, '/desk/people'));
  await head.page.locator('#members a[href*="/end?"]').first().click();
  await look('desk-member-end', head.page, 200, 'desk');
  await goTo(who, facts, '/desk/people/mailboxes');
  await act(who, 'mailbox', { agency: round.lead, address: `night@${round.lead}.example` });
  await look('desk-mailboxes', who.page, 200, 'desk');
  await seen('desk-recovery', who, await goTo(who, facts, '/desk/people/recovery'));
  for (const role of ['supervisor', 'joint-office']) {
    const counts = await visitor();
    await signIn(counts, facts, `jointconf-${role}`);
    await seen(`desk-figures-${role}`, counts, await goTo(counts, facts, '/desk/figures'));
  }
}

// The plan: at a glance, a draft with a rule and a number being changed, a trial.
async function planPages({ facts, round, look, visitor, planned }) {
  const who = await visitor();
  const seen = async (page, answer) => look(page, who.page, answer.status(), 'desk');
  await signIn(who, facts, 'jointconf-system-admin');
  await seen('desk-plan', await goTo(who, facts, '/desk/plan'));
  await act(who, 'begin', { name: `${planned} ${round.district} ${round.size}` });
  const draft = new URL(who.page.url()).pathname;
  await goTo(who, facts, `${draft}/rules`, '&row=6');
  await look('desk-plan-rule', who.page, 200, 'desk');
  await seen('desk-plan-rule-refused', await act(who, 'edit', { first_action_minutes: 'soon' }));
  await goTo(who, facts, `${draft}/rules`, '&row=6');
  await act(who, 'edit', { lead: 'hrss' });
  await seen('desk-plan-contacts', await goTo(who, facts, `${draft}/contacts`, '&row=new'));
  await seen('desk-plan-holidays', await goTo(who, facts, `${draft}/holidays`));
  await goTo(who, facts, draft);
  // A proof takes a core for a while: one of the rounds waits for its own.
  if (round.locale === 'zh' && round.size === 'desk') {
    await act(who, 'prove', {});
    await who.page.locator('#green, #red').first().waitFor({ timeout: 120_000 });
  }
  await look('desk-plan-draft', who.page, 200, 'desk');
  await seen('desk-plan-trial', await goTo(who, facts, `${draft}/simulate`));
}

// The record: the table, what asks for a reason, and rows that leave when a second person agrees.
async function recordPages({ facts, look, visitor, audit }) {
  const seen = async (page, who, answer) => look(page, who.page, answer.status(), 'desk');
  const who = await visitor();
  await signIn(who, facts, 'jointconf-auditor');
  await seen('desk-record', who, await goTo(who, facts, '/desk/record'));
  await seen('desk-record-reads', who, await goTo(who, facts, '/desk/record/reads', '&days=0'));
  await goTo(who, facts, '/desk/record', '&act=tip.read');
  await who.page.locator('a#export').click();
  await look('desk-export', who.page, 200, 'desk');
  await act(who, 'export', { reason: audit });
  const second = await visitor();
  await signIn(second, facts, 'jointconf-security-admin');
  await seen('desk-exports-to-decide', second, await goTo(second, facts, '/desk/record/exports'));
  await submit(second.page, '.request form.grant');
  await seen('desk-exports-granted', who, await goTo(who, facts, '/desk/record/exports'));
}

// Two pages of one tip, and an act in the first when the second has acted.
async function stale({ facts, look, note, referral }, who, tip) {
  await goTo(who, facts, `/desk/tips/${tip}`);
  const form = who.page.locator('form#refer');
  await unfold(who.page, 'details:has(form#refer)');
  await set(form, 'agency', await form.locator('option:not([value=""])').first().getAttribute('value'));
  await set(form, 'reason', referral);
  const other = { ...who, page: await who.context.newPage() };
  await goTo(other, facts, `/desk/tips/${tip}`);
  await act(other, 'note', { text: note });
  await other.page.close();
  const answer = await submit(who.page, 'form#refer');
  await look('desk-changed', who.page, answer.status(), 'desk');
}

// What comes after the reporter's addition: closing, the closed tip, the end of the session.
async function afterwards({ facts, round, look, closing, last }, who, tip) {
  const seen = async (page, answer) => look(page, who.page, answer.status(), 'desk');
  await goTo(who, facts, `/desk/tips/${tip}`);
  await act(who, 'close', { outcome: 'rescued', reason: closing, reply: last });
  await seen('desk-tip-closed', await goTo(who, facts, `/desk/tips/${tip}`));
  const cookies = await who.context.cookies(facts.desk);
  await who.context.clearCookies();
  await seen('desk-session-over', await act(who, 'note', { text: last }));
  await who.context.addCookies(cookies);
  await goTo(who, facts, '/desk');
  await submit(who.page, 'form#sign-out');
  await seen('desk-sign-in', await goTo(who, facts, '/desk/sign-in'));
  await seen('desk-sign-in-refused', await signInWrongly(who, facts, round.lead));
}

// The lists that this branch does not have: what an agency is merely told of, what is below one, and none.
async function otherDesks({ facts, look, visitor }) {
  for (const [agency, pages] of [['women', ['told', 'mine']], ['psb', ['ladder']]]) {
    const who = await visitor();
    await signIn(who, facts, agency);
    for (const tab of pages) {
      const answer = await goTo(who, facts, '/desk', `&tab=${tab}`);
      await look(tab === 'mine' ? 'desk-mine-empty' : `desk-${tab}`, who.page, answer.status(), 'desk');
    }
  }
}

async function goTo(who, facts, path, more = '') {
  return who.page.goto(`${facts.desk}${path}?l=${who.locale}${more}`);
}

async function unfold(page, which) {
  await page.locator(which).evaluateAll((all) => { for (const one of all) one.open = true; });
}

// More pages than one address may read in a second, while one of them is looked at.
async function crowd({ facts, look, visitor }) {
  const who = await visitor();
  const ask = () => fetch(`${facts.public}/?l=${who.locale}`, { headers: { 'X-Forwarded-For': who.address } })
    .then((answer) => answer.arrayBuffer());
  let over = false;
  const others = Array.from({ length: 24 }, async () => { while (!over) await ask(); });
  try {
    for (const until = Date.now() + 20_000; Date.now() < until;) {
      const answer = await visit(who, facts, '/');
      if (answer.status() !== 429) continue;
      over = true;
      return await look('too-many', who.page, 429, 'public');
    }
    throw new Error('the share of pages never ran out');
  } finally {
    over = true;
    await Promise.all(others);
  }
}

// The pages of bad days: nobody to receive a report; a database that somebody else holds.
async function outage(facts, round, look, prepare) {
  const { text, place } = story[round.locale];
  const who = await person({ locale: round.locale, size: round.size });
  try {
    await prepare?.(who);
    const empty = await unmanned();
    await who.page.goto(empty.setup.replace('/setup', `/setup?l=${who.locale}`));
    await look('setup', who.page, 200, 'desk');
    await fillReport(who, empty, { text, place_words: place });
    const closed = await submit(who.page, 'form#report');
    await look('report-closed', who.page, closed.status(), 'public');
    await fillReport(who, facts, { text, place_words: place });
    const release = await holdDatabase(facts.place);
    try {
      const down = await submit(who.page, 'form#report');
      await look('report-down', who.page, down.status(), 'public');
    } finally {
      await release();
    }
    return who.requests;
  } finally {
    await who.close();
  }
}
