import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const licence = readFileSync(new URL("./widget/LICENSE", import.meta.url), "utf8").split("\n");

/** The service desk's form: one classic script beside the widget's, for whoever embeds it. */
export default defineConfig({
  root: "widget",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/widget",
    emptyOutDir: false,
    target: "es2020",
    modulePreload: false,
    rolldownOptions: {
      input: "widget/src/desk/main.tsx",
      output: { format: "iife", entryFileNames: "desk.js", postBanner: `/*! Markaz service desk form. ${licence[0]}, ${licence[2]} */` },
    },
  },
});
