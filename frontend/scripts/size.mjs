// The widget is loaded by every page of somebody else's web site: above 30 kB it does not ship.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limitBytes = 30_000;
const bundle = readFileSync(new URL("../dist/widget/markaz.js", import.meta.url));
const bytes = gzipSync(bundle, { level: 9 }).length;
console.log(`widget: ${bytes} bytes gzip of ${limitBytes}`);
if (bytes > limitBytes) {
  console.error("widget: too large");
  process.exit(1);
}
