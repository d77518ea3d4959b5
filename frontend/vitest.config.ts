import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["{console,portal,field,widget,shared}/**/*.test.ts"], environment: "node" },
});
