import { defineConfig } from "vite";

const server = process.env["MARKAZ_URL"] ?? "http://127.0.0.1:8080";

/** The customers' portal: small, since it is opened on telephones far from anywhere. */
export default defineConfig({
  root: "portal",
  base: "/portal/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../dist/portal", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: { proxy: { "/api": server } },
});
