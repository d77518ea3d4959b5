// The widget is loaded by every page of somebody else's web site: above 30 kB it does not ship. The forms in its second
// file are fetched by the few who need them; they are counted too.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limits = { "markaz.js": 30_000, "more.js": 5_000, "desk.js": 15_000 };
for (const [file, limitBytes] of Object.entries(limits)) {
  const bytes = gzipSync(readFileSync(new URL(`../dist/widget/${file}`, import.meta.url)), { level: 9 }).length;
  console.log(`widget: ${file} ${bytes} bytes gzip of ${limitBytes}`);
  if (bytes > limitBytes) {
    console.error(`widget: ${file} is too large`);
    process.exitCode = 1;
  }
}
// The technicians' page and the customer's link are opened where there is hardly a line: all scripts of a page together.
const pages = { "index.html": 30_000, "visit.html": 15_000 };
for (const [page, limitBytes] of Object.entries(pages)) {
  const html = readFileSync(new URL(`../dist/field/${page}`, import.meta.url), "utf8");
  const scripts = [...html.matchAll(/\/field\/(assets\/[^"]+\.js)"/g)].map(([, name]) => new URL(`../dist/field/${name}`, import.meta.url));
  const bytes = scripts.reduce((sum, script) => sum + gzipSync(readFileSync(script), { level: 9 }).length, 0);
  console.log(`field: ${page} ${bytes} bytes gzip of scripts of ${limitBytes}`);
  if (bytes === 0 || bytes > limitBytes) {
    console.error(`field: ${page} is too large, or has no script`);
    process.exitCode = 1;
  }
}
