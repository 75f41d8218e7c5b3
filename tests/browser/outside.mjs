// Checks from outside a browser, against the same portal: the weight of the first load, and whether the time
// of an answer tells a nearly right receipt from an unknown one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { person } from './lib/chromium.mjs';
import { report, visit } from './lib/citizen.mjs';
import { portal, testsFolder } from './lib/portal.mjs';

export default function outside() {
  let facts;
  before(async () => { facts = await portal(); });

  test('first page, form and record weigh at most 14 KiB each, style inside', async (t) => {
    const paths = ['/', '/report', '/record'].flatMap((path) => [`${path}?l=zh`, `${path}?l=en`]);
    const { status, said } = await run('bytes/first_load.py', facts.public, ...paths);
    for (const line of said.trim().split('\n')) t.diagnostic(line);
    assert.equal(status, 0, said);
  });

  for (const path of ['/', '/report', '/record']) {
    test(`${path} is one document request and at most one deferred script`, async () => {
      const who = await person();
      const kinds = [];
      who.page.on('request', (request) => {
        if (!request.url().startsWith('data:')) kinds.push(request.resourceType());
      });
      await visit(who, facts, path);
      await who.page.waitForLoadState('networkidle');
      await who.close();
      assert.equal(kinds.filter((kind) => kind === 'document').length, 1);
      assert.ok(kinds.filter((kind) => kind === 'script').length <= 1);
      assert.deepEqual(kinds.filter((kind) => !['document', 'script'].includes(kind)), []);
    });
  }

  test('unknown and nearly right receipts answer alike in text, size and time', async (t) => {
    const codes = [];
    for (let count = 0; count < 3; count += 1) {
      const who = await person();
      codes.push((await report(who, facts, { text: '想问一下进展。', category: 'women_consult' })).code);
      await who.close();
    }
    const { status, said } = await run('timing/receipts.py', facts.public, '--forwarded', ...codes.flatMap((code) => ['--code', code]));
    t.diagnostic(said.trim());
    assert.equal(status, 0, said);
  });

  test('a name nobody has and a wrong password are answered alike in text, size and time', async (t) => {
    // Each attempt stretches a password: sixteen names give some sixty pairs a run.
    const names = facts.officers.slice(0, 16).flatMap((officer) => ['--name', officer.name]);
    const { status, said } = await run('timing/names.py', facts.desk, ...names);
    t.diagnostic(said.trim());
    assert.equal(status, 0, said);
  });
}

function run(script, ...args) {
  return new Promise((done, refuse) => {
    const started = spawn('python3', [join(testsFolder, script), ...args]);
    let said = '';
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (data) => { said += data; });
    started.on('error', refuse);
    started.on('close', (status) => done({ status, said }));
  });
}
