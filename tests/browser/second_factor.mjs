// The second factor in a real browser: codes of an app, and passkeys from Chromium's own virtual authenticator.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { person } from './lib/chromium.mjs';
import { set, submit } from './lib/citizen.mjs';
import { demanding, officerOf } from './lib/portal.mjs';

const STEP_MS = 30_000;

export default function secondFactor() {
  let desk;
  let officer;
  let who;
  let authenticator;
  let lastCode;

  before(async () => {
    const facts = await demanding();
    // Browsers give passkeys to localhost and not to a bare number.
    desk = facts.desk.replace('127.0.0.1', 'localhost');
    officer = officerOf(facts, 'psb');
    who = await person({ size: 'desk' });
    authenticator = await virtualAuthenticator(who);
  });
  after(async () => { await who?.close(); });

  test('name and password alone do not get in, and nothing says why', async () => {
    const answer = await signIn('');
    assert.equal(answer.status(), 422);
    assert.match(await who.page.locator('#errors').innerText(), /三项不相符/);
  });

  test('a code of the app gets in once', async () => {
    const answer = await signIn(await freshCode());
    assert.equal(answer.status(), 303);
    await who.page.locator('#sign-out').waitFor();
    await signOut();
    assert.equal((await signIn(lastCode)).status(), 422, 'the same code once more');
  });

  test('a passkey is added with the password', async () => {
    await signIn(await freshCode());
    await who.page.goto(`${desk}/desk/account/passkey?l=zh`);
    const form = who.page.locator('form#enrol');
    await set(form, 'label', '办公室电脑');
    await set(form, 'password', officer.password);
    await who.page.locator('#passkey-way button').click();
    await who.page.locator('#done').waitFor();
    assert.match(await who.page.locator('#factors').innerText(), /办公室电脑/);
    const { credentials } = await authenticator.ask('WebAuthn.getCredentials');
    assert.deepEqual(credentials.map((one) => [one.isResidentCredential, one.rpId]), [[true, 'localhost']]);
    await signOut();
  });

  test('the passkey gets in beside the password, and its answer counts once', async () => {
    let sent;
    who.page.on('request', (request) => { if (/sign-in\?/.test(request.url()) && request.method() === 'POST') sent = request; });
    await fill('');
    await who.page.locator('#passkey-way button').click();
    await who.page.locator('#sign-out').waitFor();
    await who.page.goto(`${desk}/desk/account?l=zh`);
    assert.match(await who.page.locator('#sessions').innerText(), /口令和通行密钥/);
    await signOut();
    // The form as it was sent, with the cookies of then.
    const replayed = await who.context.request.post(sent.url(), {
      headers: { ...(await sent.allHeaders()), 'content-length': undefined }, data: sent.postData(), maxRedirects: 0,
    }).catch((error) => error);
    assert.equal(replayed.status?.(), 422, String(replayed));
  });

  test('a device that did not ask its person is not enough', async () => {
    await authenticator.ask('WebAuthn.setUserVerified', { isUserVerified: false });
    await fill('');
    await who.page.locator('#passkey-way button').click();
    await who.page.waitForFunction(() => document.querySelector('#errors') || document.querySelector('#passkey-way [role=status]').textContent);
    assert.equal(await who.page.locator('#sign-out').count(), 0);
    await authenticator.ask('WebAuthn.setUserVerified', { isUserVerified: true });
  });

  test('without script the code does it all, and the page says where passkeys cannot work', async () => {
    const plain = await person({ size: 'phone', script: false });
    await plain.page.goto(`${desk.replace('localhost', '127.0.0.1')}/desk/sign-in?l=zh`);
    assert.match(await plain.page.locator('main').innerText(), /localhost/);
    await plain.page.goto(`${desk}/desk/sign-in?l=zh`);
    assert.equal(await plain.page.locator('#passkey-way').isVisible(), false);
    await plain.close();
  });

  async function fill(code) {
    await who.page.goto(`${desk}/desk/sign-in?l=zh`);
    const form = who.page.locator('form#sign-in');
    await set(form, 'name', officer.name);
    await set(form, 'password', officer.password);
    await set(form, 'code', code);
  }

  async function signIn(code) {
    await fill(code);
    return submit(who.page, 'form#sign-in');
  }

  async function signOut() {
    await submit(who.page, 'form#sign-out');
    await who.page.locator('form#sign-in').waitFor();
  }

  /** A code that was not used yet: a step counts once. */
  async function freshCode() {
    while (totp(officer.totp_secret) === lastCode) await new Promise((done) => setTimeout(done, STEP_MS / 20));
    lastCode = totp(officer.totp_secret);
    return lastCode;
  }
}

/** Chromium's own authenticator, as a phone has it: remembers passkeys, asks its person. */
async function virtualAuthenticator(who) {
  const session = await who.context.newCDPSession(who.page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true,
  } });
  return { ask: (method, more = {}) => session.send(method, { authenticatorId, ...more }) };
}

/** What an authenticator app shows now (RFC 6238). */
function totp(base32, now = Date.now()) {
  const bits = [...base32].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / STEP_MS)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
