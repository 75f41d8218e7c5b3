// What a citizen does on the public pages, by the names of the forms' fields and nothing finer, so that a page
// may be drawn anew without a change here.
import assert from 'node:assert/strict';

/** Opens a public page. */
export async function visit(who, facts, path) {
  return who.page.goto(`${facts.public}${path}?l=${who.locale}`);
}

/** Sets one field of a form, whatever control stands for it. */
export async function set(form, name, value) {
  const field = form.locator(`[name="${name}"]`);
  const kind = await field.first().evaluate((one) => (one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase()));
  if (kind === 'select') return field.selectOption(value);
  if (kind === 'radio' || kind === 'checkbox') return form.locator(`[name="${name}"][value="${value}"]`).check();
  if (kind === 'file') return field.setInputFiles(value);
  return field.fill(value);
}

/** Fills the report form with `fields` ({name: value or list of values}) without sending it. */
export async function fillReport(who, facts, fields) {
  await visit(who, facts, '/report');
  const form = who.page.locator('form#report');
  await openFolds(who.page);
  for (const [name, value] of Object.entries(fields)) {
    const many = name === 'photo' ? [value] : [value].flat();
    for (const one of many) await set(form, name, one);
  }
  return form;
}

// Optional questions may stand folded in <details>; a person opens them first.
async function openFolds(page) {
  for (const fold of await page.locator('form#report details:not([open]) > summary').all()) await fold.click();
}

/** Sends a report and reads the receipt from the page that answers. */
export async function report(who, facts, fields) {
  await fillReport(who, facts, fields);
  return send(who);
}

/** Presses the button of a filled report form and reads the receipt. */
export async function send(who) {
  const answer = await answerTo(who.page, who.page.locator('#send'));
  assert.equal(answer.status(), 200, `the report was answered with ${answer.status()}`);
  return readReceipt(who.page);
}

/** The receipt on the page: twelve words and 32 hex digits. */
export async function readReceipt(page) {
  await page.locator('#words > li').first().waitFor();
  const words = (await page.locator('#words > li').allTextContents()).map((word) => word.trim());
  const code = (await page.locator('#code').textContent()).replace(/[^0-9a-f]/g, '');
  assert.equal(words.length, 12, 'a receipt has twelve words');
  assert.match(code, /^[0-9a-f]{32}$/);
  return { words, code };
}

/** Opens the follow-up page with a receipt; gives the answer to the form's POST. */
export async function openReceipt(who, facts, receipt) {
  await visit(who, facts, '/follow-up');
  // An inbox that is still open stands here itself; its owner leaves it before opening another.
  if (await who.page.locator('form#close-inbox').count()) {
    await submit(who.page, 'form#close-inbox');
    await visit(who, facts, '/follow-up');
  }
  const form = who.page.locator('form#open-receipt');
  await set(form, 'receipt', receipt);
  return submit(who.page, 'form#open-receipt');
}

/** Presses a form's button and waits for the answer to its POST. */
export async function submit(page, form) {
  const answer = await answerTo(page, page.locator(`${form} button:not([type=button])`).first());
  await page.waitForLoadState();
  return answer;
}

// Both are waited for together, so that a button that cannot be pressed is what a failure names.
async function answerTo(page, button) {
  const posted = page.waitForResponse((answer) => answer.request().method() === 'POST');
  const [answer] = await Promise.all([posted, button.click()]);
  return answer;
}

/** The thread as the page shows it: [{from, text}]. */
export async function thread(page) {
  return page.locator('#thread > li').evaluateAll((items) => items.map((item) => ({
    from: item.dataset.from,
    text: item.textContent.trim(),
  })));
}

/** The plain status: its code and its words. */
export async function status(page) {
  const shown = page.locator('#status');
  return { code: await shown.getAttribute('data-status'), words: (await shown.innerText()).trim() };
}

/** Presses Back once. A page that was the answer to a POST may be refused by the browser: then nothing shows. */
export async function stepBack(page) {
  // From the browser's own error page the protocol's Back is refused; the page's own leads the same way. The
  // page may be gone before it has said so.
  if (isErrorPage(page)) await page.evaluate(() => history.back()).catch(() => {});
  else {
    await page.goBack({ waitUntil: 'commit' }).catch((refusal) => {
      if (!refusal.message.includes('ERR_CACHE_MISS')) throw refusal;
    });
  }
  // The guards run on pageshow; give them their turn before looking.
  await page.waitForTimeout(500);
}

/** Whether the browser shows its own page because no answer came. */
export function isErrorPage(page) {
  return page.url().startsWith('chrome-error:');
}
