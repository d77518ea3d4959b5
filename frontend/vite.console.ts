import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.MARKAZ_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: "console",
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { "/api": server, "/socket.io": { target: server, ws: true } },
  },
});
