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
