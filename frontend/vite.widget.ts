import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const licence = readFileSync(new URL("./widget/LICENSE", import.meta.url), "utf8").split("\n");
const banner = `/*! Markaz chat widget. ${licence[0]}, ${licence[2]} */`;

/** One classic script: whoever embeds it writes one tag and loads nothing else. */
export default defineConfig({
  root: "widget",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/widget",
    emptyOutDir: true,
    target: "es2020",
    modulePreload: false,
    rollupOptions: {
      input: "widget/src/main.tsx",
      output: {
        format: "iife",
        entryFileNames: "markaz.js",
        banner,
      },
    },
  },
});
