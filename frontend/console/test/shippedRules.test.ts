import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { names } from "../src/pages/compliance/shipped";

it("has a name in every language for each rule that is shipped, and for no other", () => {
  const path = new URL("../../../dialer/compliance/presets.json", import.meta.url);
  const shipped = JSON.parse(readFileSync(path, "utf-8")) as { id: string; name: string }[];
  expect(names.en).toEqual(Object.fromEntries(shipped.map(({ id, name }) => [`preset.${id}`, name])));
  for (const language of ["ar", "fa"] as const) expect(Object.values(names[language]).every((name) => /[؀-ۿ]/.test(name))).toBe(true);
});
