// Screenshots of every page at both sizes in both languages, into out/.
//   HOMEWARD_BIN=... node shots.mjs [zh|en] [phone|desk]
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeBrowsers, locales, sizes } from './lib/chromium.mjs';
import { walk } from './lib/gallery.mjs';
import { closePortal, portal } from './lib/portal.mjs';

const out = join(dirname(fileURLToPath(import.meta.url)), 'out');
const wanted = process.argv.slice(2);
const chosen = (all) => (all.some((one) => wanted.includes(one)) ? all.filter((one) => wanted.includes(one)) : all);

mkdirSync(out, { recursive: true });
try {
  const facts = await portal();
  for (const locale of chosen(Object.keys(locales))) {
    for (const size of chosen(Object.keys(sizes))) {
      await walk(facts, { locale, size }, async (name, page) => {
        const { width } = sizes[size];
        await page.screenshot({ path: join(out, `${name}.${locale}.${width}.png`), fullPage: true });
        console.log(`${name}.${locale}.${width}.png`);
      });
    }
  }
} finally {
  await closeBrowsers();
  await closePortal();
}
