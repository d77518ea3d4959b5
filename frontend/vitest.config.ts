import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["{console,portal,widget,shared}/**/*.test.ts"], environment: "node" },
});
