import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const licence = readFileSync(new URL("./widget/LICENSE", import.meta.url), "utf8").split("\n");
const banner = `/*! Markaz chat widget. ${licence[0]}, ${licence[2]} */`;

/** Leaves out of engine.io-client the transports that the widget does not use: a tenth of the whole bundle. */
const websocketOnly: Plugin = {
  name: "websocket-only",
  enforce: "pre",
  resolveId(source, importer) {
    const isList = source === "./transports/index.js" && importer?.includes("/engine.io-client/");
    return isList ? fileURLToPath(new URL("./widget/transports.js", import.meta.url)) : null;
  },
};

/** One classic script: whoever embeds it writes one tag and loads nothing else. */
export default defineConfig({
  root: "widget",
  plugins: [websocketOnly],
  resolve: {
    alias: { "@engine": fileURLToPath(new URL("./node_modules/engine.io-client/build/esm", import.meta.url)) },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/widget",
    emptyOutDir: true,
    target: "es2020",
    modulePreload: false,
    rolldownOptions: {
      input: "widget/src/main.tsx",
      output: { format: "iife", entryFileNames: "markaz.js", postBanner: banner },
    },
  },
});
