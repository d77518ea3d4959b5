import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["{console,widget,shared}/**/*.test.ts"], environment: "node" },
});
