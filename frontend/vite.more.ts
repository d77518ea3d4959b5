import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const kit = fileURLToPath(new URL("./widget/src/more/kit.ts", import.meta.url));

/** The widget's second file, a module that the first imports when one of its parts is to be shown. */
export default defineConfig({
  root: "widget",
  resolve: { alias: { "preact/hooks": kit, "preact/jsx-runtime": kit } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/widget",
    emptyOutDir: false,
    target: "es2020",
    modulePreload: false,
    lib: { entry: "src/more/index.ts", formats: ["es"], fileName: () => "more.js" },
  },
});
