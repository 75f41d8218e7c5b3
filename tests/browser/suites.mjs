// All browser suites, one after the other in one process, so that they share one portal and one browser.
//   node suites.mjs [journey exclusion ...]
import { after, describe } from 'node:test';
import back from './back.mjs';
import exclusion from './exclusion.mjs';
import exit from './exit.mjs';
import journey from './journey.mjs';
import { closeBrowsers } from './lib/chromium.mjs';
import { closePortal } from './lib/portal.mjs';
import outside from './outside.mjs';
import pages from './pages.mjs';
import secondFactor from './second_factor.mjs';

const suites = { journey, exclusion, back, exit, pages, second_factor: secondFactor, outside };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites[name]);
if (unknown.length) throw new Error(`no such suite: ${unknown}; there are ${Object.keys(suites)}`);

describe('the portal in Chromium', { concurrency: false }, () => {
  after(async () => {
    await closeBrowsers();
    await closePortal();
  });
  for (const name of wanted.length ? wanted : Object.keys(suites)) describe(name, { concurrency: false }, suites[name]);
});
