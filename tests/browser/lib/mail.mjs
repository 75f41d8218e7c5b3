// The mails that arrived at the receiver, read from its folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All mails so far: {number, to, receivedMs, raw, text}. */
export function mails(place) {
  return readdirSync(place.mail).filter((name) => name.endsWith('.json')).sort().map((name) => {
    const facts = JSON.parse(readFileSync(join(place.mail, name), 'utf8'));
    const raw = readFileSync(join(place.mail, name.replace('.json', '.eml')));
    return { number: Number.parseInt(name, 10), to: facts.to, receivedMs: facts.received_ms, raw, text: clear(raw) };
  });
}

/** Waits for a mail to `agency` with a number above `after`. */
export async function mailTo(place, agency, after, limitMs = 60_000) {
  const until = Date.now() + limitMs;
  for (;;) {
    const found = mails(place).find((mail) => mail.number > after && isFor(mail, agency));
    if (found) return found;
    if (Date.now() > until) throw new Error(`no mail to ${agency} within ${limitMs} ms`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Whether a mail went to the duty mailbox of exactly this agency or branch. */
export function isFor(mail, agency) {
  return mail.to.some((address) => address.split('@')[0].toLowerCase() === agency);
}

/** The number of the last mail, 0 when there is none. */
export function lastNumber(place) {
  return mails(place).at(-1)?.number ?? 0;
}

// Head and body with their transfer encodings undone, enough for the plain mails a notice is.
function clear(raw) {
  const whole = raw.toString('utf8').replace(/\r?\n[ \t]+/g, ' ');
  const words = whole.replace(/=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi, (_, kind, text) => (
    kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : unquoted(text.replace(/_/g, ' '))
  ));
  const parts = words.split(/\r?\n\r?\n/);
  return parts.map((part, at) => decoded(part, parts[at - 1] ?? '')).join('\n\n');
}

function decoded(part, head) {
  if (/content-transfer-encoding:\s*base64/i.test(head)) return Buffer.from(part, 'base64').toString('utf8');
  if (/content-transfer-encoding:\s*quoted-printable/i.test(head)) return unquoted(part);
  return part;
}

function unquoted(text) {
  const joined = text.replace(/=\r?\n/g, '');
  return Buffer.from(joined.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
    .toString('utf8');
}
