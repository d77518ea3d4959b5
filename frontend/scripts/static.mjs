// Copies what needs no bundling: the demo web site, and Swagger UI for the API page.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

for (const name of ["demo", "api"]) {
  rmSync(join(root, "dist", name), { recursive: true, force: true });
  mkdirSync(join(root, "dist", name), { recursive: true });
  cpSync(join(root, name), join(root, "dist", name), { recursive: true });
}
for (const file of ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE"]) {
  cpSync(join(swagger, file), join(root, "dist", "api", file));
}
cpSync(join(root, "widget", "LICENSE"), join(root, "dist", "widget", "LICENSE"));
