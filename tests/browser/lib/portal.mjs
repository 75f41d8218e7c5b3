// The portal under test: `homeward demo` with a real SMTP receiver beside it, started once for all suites.
// Owns their processes and their folder; refuses to share a folder with an earlier run.
// Invariant: whatever was started here is ended by `closePortal`, or by the end of this process when it falls.
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const testsFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const python = join(process.env.HOMEWARD_VENV ?? join(homedir(), '.cache/homeward-venv'), 'bin/python');
// The suites stand where a deployment's proxy stands: each visitor gets an address from them.
const trusting = '[listen]\ntrusted_proxies = ["127.0.0.0/8"]\n';
const START_LIMIT_MS = 180_000;

let running;
let place;
let empty;
let strict;

/** Starts the portal, or gives the one that runs: its addresses, officers and folders. */
export function portal() {
  running ??= start();
  return running;
}

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'homeward-browser-'));
  place = {
    folder,
    data: join(folder, 'data'),
    mail: join(folder, 'mail'),
    temp: join(folder, 'temp'),
    log: join(folder, 'portal.log'),
    config: join(folder, 'homeward.toml'),
    children: [],
  };
  for (const made of [place.mail, place.temp]) mkdirSync(made);
  writeFileSync(place.config, trusting);
  const smtp = await said(child(python, [join(testsFolder, 'smtp/receiver.py'), place.mail]));
  const facts = await said(child(binary(), demoArguments(smtp)));
  return { ...facts, place };
}

function binary() {
  const path = process.env.HOMEWARD_BIN;
  if (!path) throw new Error('HOMEWARD_BIN must name the homeward binary; tests/run sets it');
  return path;
}

function demoArguments(smtp) {
  const any = '127.0.0.1:0';
  return ['demo', '--config', place.config, '--data', place.data, '--listen', any, '--desk-listen', any, '--ops-listen', any,
    '--smtp', `${smtp.host}:${smtp.port}`, '--json'];
}

// Both standard streams end in the log, where the search for canaries reads them.
function child(command, args) {
  const log = openSync(place.log, 'a');
  const started = spawn(command, args, {
    stdio: ['pipe', 'pipe', log],
    env: { ...process.env, TMPDIR: place.temp },
  });
  closeSync(log);
  place.children.push(started);
  process.once('exit', () => started.kill('SIGKILL'));
  return started;
}

// The first JSON line a process prints says that it is ready.
function said(process_) {
  return new Promise((done, refuse) => {
    const late = setTimeout(() => refuse(failure(process_, 'was not ready in time')), START_LIMIT_MS);
    process_.once('error', (error) => { clearTimeout(late); refuse(error); });
    process_.once('exit', (code) => { clearTimeout(late); refuse(failure(process_, `ended with ${code}`)); });
    createInterface({ input: process_.stdout }).on('line', (line) => {
      appendFileSync(place.log, `${line}\n`);
      if (!line.startsWith('{')) return;
      clearTimeout(late);
      done(JSON.parse(line));
    });
  });
}

function failure(process_, what) {
  const log = readFileSync(place.log, 'utf8').split('\n').slice(-20).join('\n');
  return new Error(`${process_.spawnfile} ${what}\n${log}`);
}

/** A second portal, in which no agency has anybody yet: `{public, desk, setup}`, the last a one-time link. Started once. */
export function unmanned() {
  empty ??= startEmpty();
  return empty;
}

/** A third portal, which wants a second factor of everybody: `{desk, officers}`, each with a `totp_secret`. */
export function demanding() {
  strict ??= portal().then(() => said(child(binary(), ['demo', '--second-factor', '--no-tips', '--json',
    '--config', place.config, '--data', join(place.folder, 'strict'), '--listen', '127.0.0.1:0', '--desk-listen', '127.0.0.1:0',
    '--ops-listen', '127.0.0.1:0'])));
  return strict;
}

async function startEmpty() {
  const [listen, desk, ops] = await Promise.all([freePort(), freePort(), freePort()]);
  child(binary(), ['serve', '--data', join(place.folder, 'empty'), '--listen', listen, '--desk-listen', desk, '--ops-listen', ops]);
  const origin = `http://${listen}`;
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until;) {
    if (await fetch(origin).then((answer) => answer.ok, () => false)) {
      const setup = readFileSync(join(place.folder, 'empty', 'setup.link'), 'utf8').trim();
      return { public: origin, desk: `http://${desk}`, setup };
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the empty portal was not ready in time');
}

// `serve` prints no address, so it is told one that was free a moment ago.
function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(`127.0.0.1:${port}`));
    });
  });
}

const holding = `
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
`;

/** Holds the write lock of the portal's database from another process, until the returned function is called. */
export async function holdDatabase() {
  const holder = child('python3', ['-c', holding, join(place.data, 'homeward.db')]);
  await new Promise((done, refuse) => {
    holder.stdout.once('data', done);
    holder.once('exit', () => refuse(failure(holder, 'could not hold the database')));
  });
  return async () => {
    holder.stdin.end();
    if (holder.exitCode === null) await new Promise((done) => holder.once('exit', done));
  };
}

/** Ends the processes; keeps the folder when HOMEWARD_KEEP is set. */
export async function closePortal() {
  if (!place) return;
  for (const one of place.children.reverse()) await ended(one);
  if (process.env.HOMEWARD_KEEP) console.error(`kept: ${place.folder}`);
  else rmSync(place.folder, { recursive: true, force: true });
}

function ended(one) {
  if (one.exitCode !== null || one.signalCode !== null) return undefined;
  return new Promise((done) => {
    const hard = setTimeout(() => one.kill('SIGKILL'), 10_000);
    one.once('exit', () => { clearTimeout(hard); done(); });
    one.kill('SIGTERM');
  });
}

/** The officer who signs in for an agency or branch (`psb`, `psb-120117`). */
export function officerOf(facts, agency) {
  const found = facts.officers.find((one) => one.name === agency)
    ?? facts.officers.find((one) => (one.branch ?? one.agency) === agency);
  if (!found) throw new Error(`the demo has no officer for ${agency}`);
  return found;
}
