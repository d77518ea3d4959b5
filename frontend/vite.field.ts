import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

const server = process.env["MARKAZ_URL"] ?? "http://127.0.0.1:8080";

/** Tells the service worker what the technicians' page consists of, so that all of it is there without a line. */
function shell(): Plugin {
  return {
    name: "shell",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("there is no service worker");
        const files = Object.keys(bundle).filter((name) => /\.(js|css|woff2)$/.test(name) && name !== "sw.js" && !/visit/.test(name)).sort();
        const page = bundle["index.html"];
        const seal = createHash("sha256").update(files.join()).update(page?.type === "asset" ? page.source : "");
        const kept = ["/field/", "/field/manifest.webmanifest", "/field/icon.svg", "/field/icon-180.png", ...files.map((name) => `/field/${name}`)];
        worker.code = worker.code
          .replace("__FILES__", () => JSON.stringify(kept))
          .replace("__VERSION__", () => JSON.stringify(seal.digest("hex").slice(0, 16)));
        if (/__(FILES|VERSION)__/.test(worker.code)) throw new Error("the service worker does not know its files");
      },
    },
  };
}

/** The technicians' page and the customer's link: they are opened on telephones, in cellars and on the road. */
export default defineConfig({
  root: "field",
  base: "/field/",
  plugins: [shell()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/field",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { field: "field/index.html", visit: "field/visit.html", sw: "field/src/sw.ts" },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  server: { proxy: { "/api": server } },
});
