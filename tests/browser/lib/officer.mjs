// What an officer does at the desk, by the names of forms and fields.
import { officerOf } from './portal.mjs';
import { set, submit } from './citizen.mjs';

let line = Promise.resolve();

/**
 * Signs in for an agency at the desk listener and stands before the queue. One after the other: the desk lets
 * few stretch a password at once and sends the others away.
 */
export function signIn(who, facts, agency) {
  return inLine(() => signInNow(who, facts, agency));
}

/** Tries to sign in with a password that is nobody's; gives the answer. */
export function signInWrongly(who, facts, name) {
  return inLine(async () => {
    const form = who.page.locator('form#sign-in');
    await set(form, 'name', name);
    await set(form, 'password', 'not the password of anybody');
    return submit(who.page, 'form#sign-in');
  });
}

function inLine(attempt) {
  const turn = line.then(attempt);
  line = turn.catch(() => {});
  return turn;
}

async function signInNow(who, facts, agency) {
  const officer = officerOf(facts, agency);
  await who.page.goto(`${facts.desk}/desk/sign-in?l=${who.locale}`);
  const form = who.page.locator('form#sign-in');
  await set(form, 'name', officer.name);
  await set(form, 'password', officer.password);
  await submit(who.page, 'form#sign-in');
  await who.page.locator('form#sign-out').first().waitFor();
  return officer;
}

/** The ids of the tips that stand in the queue, over all its pages. */
export async function queue(who, facts) {
  await who.page.goto(`${facts.desk}/desk?l=${who.locale}`);
  const ids = [];
  for (;;) {
    ids.push(...await who.page.locator('#queue tr[data-tip]').evaluateAll((rows) => rows.map((row) => row.dataset.tip)));
    const next = who.page.locator('a[rel=next]');
    if (await next.count() === 0) return ids;
    await next.first().click();
  }
}

/** Waits until the queue holds a tip that it did not hold before; gives its id. */
export async function newcomer(who, facts, before, limitMs = 10_000) {
  const until = Date.now() + limitMs;
  do {
    const fresh = (await queue(who, facts)).filter((id) => !before.includes(id));
    if (fresh.length > 1) throw new Error(`${fresh.length} new tips where one was sent`);
    if (fresh.length === 1) return fresh[0];
    await new Promise((done) => setTimeout(done, 250));
  } while (Date.now() < until);
  throw new Error('no new tip came into the queue');
}

/** Opens a tip from the queue, which claims it; the page then is the tip. */
export async function open(who, facts, tip) {
  await who.page.goto(`${facts.desk}/desk?l=${who.locale}`);
  for (;;) {
    const row = who.page.locator(`#queue tr[data-tip="${tip}"]`);
    if (await row.count()) {
      await row.locator('button.open').click();
      break;
    }
    await who.page.locator('a[rel=next]').first().click();
  }
  await who.page.locator('#report-text').waitFor();
}

/** Fills one of the tip's forms (note, reply, correct, refer, close) and sends it. */
export async function act(who, form, fields) {
  const where = who.page.locator(`form#${form}`);
  // Acts may stand folded.
  const fold = who.page.locator(`details:not([open]):has(form#${form}) > summary`);
  if (await fold.count()) await fold.first().click();
  for (const [name, value] of Object.entries(fields)) await set(where, name, value);
  return submit(who.page, `form#${form}`);
}
