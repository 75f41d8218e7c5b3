// The search for canaries: everything the portal writes anywhere, through the scanner in tests/canary.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testsFolder } from './portal.mjs';

/** Fails when one of `canaries` ({name: text}) stands in clear in the data folder, mails, log or temp folder. */
export function nowhereInClear(facts, canaries, when) {
  const { place } = facts;
  const { status, said } = scan([place.data, place.mail, place.log, place.temp], canaries, place);
  assert.equal(status, 0, `${when}: ${said}`);
}

/** Runs the scanner over `paths`. */
export function scan(paths, canaries, place) {
  const list = join(place.folder, 'canaries.json');
  writeFileSync(list, JSON.stringify(canaries));
  const run = spawnSync('python3', [join(testsFolder, 'canary/scan.py'), '--canaries', list, ...paths], { encoding: 'utf8' });
  return { status: run.status, said: `${run.stdout}${run.stderr}` };
}
