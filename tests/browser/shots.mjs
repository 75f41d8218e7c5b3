// Screenshots of every page at both sizes in both languages, into out/.
//   HOMEWARD_BIN=... node shots.mjs [zh|en] [phone|desk]
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeBrowsers, locales, sizes } from './lib/chromium.mjs';
import { everyPage, rounds } from './lib/gallery.mjs';
import { closePortal, portal } from './lib/portal.mjs';

const out = join(dirname(fileURLToPath(import.meta.url)), 'out');
const wanted = process.argv.slice(2);
const chosen = rounds.filter((round) => [locales, sizes].every((of) => {
  const named = wanted.filter((word) => word in of);
  return named.length === 0 || named.includes(of === locales ? round.locale : round.size);
}));

mkdirSync(out, { recursive: true });
try {
  const facts = await portal();
  const shoot = ({ locale, size }) => async (name, page) => {
    const file = `${name}.${locale}.${sizes[size].width}.png`;
    await page.screenshot({ path: join(out, file), fullPage: true });
    console.log(file);
  };
  await everyPage(facts, chosen, shoot);
} finally {
  await closeBrowsers();
  await closePortal();
}
