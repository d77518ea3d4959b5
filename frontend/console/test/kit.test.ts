import { describe, expect, test } from "vitest";
import { Problem } from "../src/http/api";
import type { Branch } from "../src/http/views";
import { treeOf, withBelow } from "../src/kit/branches";
import { decimalIn, fold, matches, numberIn } from "../src/kit/fold";
import { faultsOf, isStale } from "../src/kit/problems";
import { fieldsOf, initialOf, sentOf, type Schema } from "../src/kit/schema";
import { isBroken } from "../src/pages/channels/health";
import { groupsOf } from "../src/pages/roles/groups";
import { said } from "../src/kit/Said";
import { originsOf, scriptTag } from "../src/pages/widgets/script";
import { partsOf, pathTo } from "../src/shell/route";

const problem = (status: number, extra: object) => new Problem(status, "urn:markaz:problem:x", "English words", null, extra);

describe("search", () => {
  test("finds Arabic and Persian whichever way they are written", () => {
    expect(fold("كِتابـــي ۱۲۳")).toBe(fold("کتابی 123"));
    expect(matches("علي", "مدیر: علی رضایی")).toBe(true);
    expect(matches("0912", "۰۹۱۲۱۲۳۴۵۶۷")).toBe(true);
    expect(matches("احمد", "أحمد")).toBe(true);
  });

  test("wants every word, in any order and any field", () => {
    expect(matches("lind maya", "Maya Lind", null)).toBe(true);
    expect(matches("maya omar", "Maya Lind")).toBe(false);
    expect(matches("", "anybody")).toBe(true);
  });

  test("numbers are typed in any digits", () => {
    expect(["۱۲۰", "٤٥", "60 s", "", "abc"].map(numberIn)).toEqual([120, 45, 60, null, null]);
  });

  test("numbers with a part are typed after a point, a comma or the Arabic sign, and are never ten times as much", () => {
    const typed = ["2.5", "۲٫۵", "٢٫٧٥٩", "2,5 %", "2.", ".5", "3", "", "abc", "1.2.3"];
    expect(typed.map((text) => decimalIn(text, 2))).toEqual([2.5, 2.5, 2.75, 2.5, 2, 0.5, 3, null, null, 1.23]);
  });
});

describe("refusals", () => {
  test("are shown at the field that they are about", () => {
    const refused = problem(422, {
      errors: [
        { loc: "name", msg: "too short", type: "string_too_short" },
        { loc: "imap_port", msg: "too large", type: "less_than_equal" },
        { loc: "skills.0192.level", msg: "too large", type: "less_than_equal" },
        { loc: "elsewhere", msg: "unknown" },
      ],
    });
    const faults = faultsOf(refused, ["name", "skills", "settings", "settings.imap_port"]);
    expect(Object.fromEntries(Object.entries(faults).map(([name, { type }]) => [name, type]))).toEqual({
      name: "string_too_short",
      skills: "less_than_equal",
      "settings.imap_port": "less_than_equal",
    });
  });

  test("a refusal that names one field is shown there", () => {
    expect(faultsOf(problem(422, { field: "fields.serial" }), ["subject", "fields.serial"])).toHaveProperty(["fields.serial", "type"], "other");
    expect(faultsOf(problem(422, { field: "elsewhere" }), ["subject"])).toEqual({});
  });

  test("what exists already is the fault of its column", () => {
    expect(faultsOf(problem(409, { constraint: "staff_login_key" }), ["name", "login"])).toHaveProperty("login.type", "taken");
    expect(faultsOf(problem(409, { constraint: "widget_pkey" }), ["site", "origins"])).toHaveProperty("site.type", "taken");
  });

  test("only a change by somebody else asks to load anew", () => {
    expect(isStale(problem(409, {}))).toBe(false);
    expect(isStale(problem(409, { constraint: "version" }))).toBe(true);
    expect(isStale(problem(409, { constraint: "role_name_key" }))).toBe(false);
    expect(isStale(problem(409, { customer_id: "0192" }))).toBe(false);
    expect(isStale(problem(422, {}))).toBe(false);
  });
});

describe("forms from a schema", () => {
  const schema: Schema = {
    $defs: { Security: { enum: ["none", "tls"], type: "string", description: "About the type." } },
    properties: {
      address: { type: "string", description: "Where." },
      port: { type: "integer", default: 993, minimum: 1, maximum: 65535 },
      security: { $ref: "#/$defs/Security", default: "tls" },
      password: { type: "string", format: "password", writeOnly: true, default: "" },
      seen: { type: "boolean", default: true },
    },
    required: ["address"],
  };

  test("have a field of each kind, explained by its own words", () => {
    expect(fieldsOf(schema).map(({ name, kind, hint, isRequired }) => [name, kind, hint, isRequired])).toEqual([
      ["address", "text", "Where.", true],
      ["port", "number", "", false],
      ["security", "choice", "", false],
      ["password", "secret", "", false],
      ["seen", "switch", "", false],
    ]);
  });

  test("begin with what is there, never with a secret", () => {
    expect(initialOf(schema, { address: "a@b.example", port: 143, password: "leaked" })).toEqual({
      address: "a@b.example", port: 143, security: "tls", password: "", seen: true,
    });
  });

  test("leave out a secret that stays", () => {
    const values = { address: "a", port: null, security: "tls", password: "", seen: false };
    expect(sentOf(schema, values)).toEqual({ address: "a", security: "tls", seen: false });
    expect(sentOf(schema, { ...values, password: "new" })).toHaveProperty("password", "new");
  });

  test("lists, numbers that may be none, and what has parts of its own", () => {
    const more: Schema = {
      properties: {
        denied: { type: "array", items: { type: "string" }, default: [] },
        spent: { anyOf: [{ type: "number", minimum: 0 }, { type: "null" }], default: null },
        callers: { type: "object", additionalProperties: { type: "string" }, default: {} },
        whose: { type: "object", additionalProperties: { type: "string", format: "uuid" }, default: {} },
        parts: { type: "object" },
      },
    };
    expect(fieldsOf(more).map(({ kind }) => kind)).toEqual(["list", "number", "pairs", "pairs", "other"]);
    expect(fieldsOf(more)[3]).toMatchObject({ isOfPeople: true });
    const begun = initialOf(more, { callers: { "+98": "+982100" } });
    expect(begun).toEqual({ denied: [], spent: null, callers: { "+98": "+982100" }, whose: {}, parts: null });
    expect(sentOf(more, begun)).toEqual({ denied: [], callers: { "+98": "+982100" }, whose: {} });
  });
});

describe("branches", () => {
  const branch = (id: string, parent_id: string | null): Branch => ({ id, name: id, parent_id, version: 1 });
  const all = [branch("south", "head"), branch("head", null), branch("shop", "south"), branch("east", "head")];
  const compare = (one: string, other: string) => one.localeCompare(other);

  test("stand below what they belong to, by name among their equals", () => {
    expect(treeOf(all, compare).map(({ branch: { id }, depth }) => [id, depth])).toEqual([["head", 0], ["east", 1], ["south", 1], ["shop", 2]]);
  });

  test("of which only a part is seen are still a tree", () => {
    expect(treeOf(all.slice(0, 1), compare)).toEqual([{ branch: all[0], depth: 0 }]);
  });

  test("are not offered what lies below them", () => {
    expect([...withBelow(all, "south")].sort()).toEqual(["shop", "south"]);
    expect(withBelow(all, "head").size).toBe(4);
  });
});

test("an account is in trouble when that is the last that was heard", () => {
  const [early, late] = ["2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z"];
  expect(isBroken({ last_error_at: null, last_seen_at: null })).toBe(false);
  expect(isBroken({ last_error_at: early, last_seen_at: null })).toBe(true);
  expect(isBroken({ last_error_at: late, last_seen_at: early })).toBe(true);
  expect(isBroken({ last_error_at: early, last_seen_at: late })).toBe(false);
});

test("a permission that a newer server knows is shown too", () => {
  expect(groupsOf(["work.take", "ticket.close"]).at(-1)!.permissions.at(-1)).toBe("ticket.close");
});

test("sites are written as people write them", () => {
  expect(originsOf(" https://shop.example/\n\nhttps://b.example ")).toEqual(["https://shop.example", "https://b.example"]);
  expect(said({ en: "Hello", ar: " ", fa: "" })).toEqual({ en: "Hello" });
  expect(scriptTag("https://centre.example", "demo")).toContain('src="https://centre.example/widget/markaz.js" data-site="demo"');
});

test("an address keeps its parts, also one that was cut off", () => {
  expect(partsOf(pathTo("audit", "-", "staff:1/2"))).toEqual(["audit", "-", "staff:1/2"]);
  expect(partsOf("#/people/%E0%A4")).toEqual(["people", "%E0%A4"]);
  expect(partsOf("")).toEqual([]);
});
