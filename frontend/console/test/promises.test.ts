import { expect, test } from "vitest";
import { freshCalendarHours, takenBranches, type WorkCalendar } from "../src/pages/calendars/calendar";
import { keyFor, nameIn, typeTree, withBelow, type TicketType } from "../src/pages/desk/setup";
import { inOrder, moved } from "../src/kit/order";
import { sentTargets, usual, withTarget, type Policy } from "../src/pages/promises/policy";

const policy = (id: string, position: number): Policy => ({ ...usual([]), id, name: id, position, version: 1 });
const after = (policies: Policy[], id: string, to: number) => {
  const changes = new Map(moved(policies, id, to).map(({ item: each, position }) => [each.id, position]));
  return inOrder(policies.map((each) => ({ ...each, position: changes.get(each.id) ?? each.position }))).map((each) => each.id);
};

test("wherever a policy goes, it is there then and the others keep their order", () => {
  for (const places of [[100, 200, 300, 400], [0, 0, 0, 0], [0, 1, 2, 3], [9_997, 9_998, 9_999, 10_000], [5, 5, 6, 900]]) {
    const policies = ["a", "b", "c", "d"].map((id, at) => policy(id, places[at]!));
    for (const { id } of policies) {
      for (let to = 0; to < policies.length; to += 1) {
        const others = ["a", "b", "c", "d"].filter((each) => each !== id);
        const order = after(policies, id, to);
        expect(order).toEqual([...others.slice(0, to), id, ...others.slice(to)]);
        for (const { position } of moved(policies, id, to)) expect(position >= 0 && position <= 10_000).toBe(true);
      }
    }
  }
});

test("where there is room one policy alone is written, and none where nothing changes", () => {
  const policies = [policy("a", 100), policy("b", 200), policy("c", 300)];
  expect(moved(policies, "c", 0).map(({ item: { id }, position }) => [id, position])).toEqual([["c", 49]]);
  expect(moved(policies, "a", 2)).toHaveLength(1);
  expect(moved(policies, "a", 0)).toEqual([]);
  expect(moved(policies, "a", 3)).toEqual([]);
  expect(moved(policies, "a", -1)).toEqual([]);
});

test("a new policy is asked last; a priority without a promise is not sent", () => {
  expect(usual([policy("a", 300), policy("b", 20)]).position).toBe(400);
  const set = withTarget(withTarget({}, "high", "resolution", 60), "low", "first_response", null);
  expect(sentTargets(set)).toEqual({ high: { first_response: null, next_response: null, resolution: 60 } });
  expect(sentTargets(withTarget(set, "high", "resolution", null))).toEqual({});
});

test("a new calendar works on the organisation's days", () => {
  expect(freshCalendarHours((day) => day >= 5).weekly.map(({ day }) => day)).toEqual([0, 1, 2, 3, 4]);
  expect(freshCalendarHours((day) => day === 4).weekly.map(({ day }) => day)).toEqual([0, 1, 2, 3, 5, 6]);
  expect(freshCalendarHours(() => true).weekly).toHaveLength(5);
});

test("a branch that another calendar has is named with it, one's own is not", () => {
  const calendar = (id: string, branches: string[]) => ({ id, name: id, branches }) as unknown as WorkCalendar;
  expect([...takenBranches([calendar("north", ["a", "b"]), calendar("south", ["c"])], "south")]).toEqual([["a", "north"], ["b", "north"]]);
});

test("types stand in a tree, and none in itself or in what stands in it", () => {
  const type = (id: string, parent_id: string | null, position = 0, kind = "complaint") => ({ id, parent_id, position, kind }) as TicketType;
  const types = [type("leaf", "branch"), type("branch", "root", 2), type("twig", "root", 1), type("root", null), type("other", null, 0, "inquiry")];
  expect(typeTree(types, "complaint").map(({ type: { id }, depth }) => [id, depth])).toEqual([["root", 0], ["twig", 1], ["branch", 1], ["leaf", 2]]);
  expect([...withBelow(types, "branch")].sort()).toEqual(["branch", "leaf"]);
});

test("a name is shown in another language where the reader's lacks, a key is Latin and free", () => {
  expect([nameIn({ fa: "رنگ" }, "en"), nameIn({ en: "Colour", fa: "رنگ" }, "fa"), nameIn({}, "ar")]).toEqual(["رنگ", "رنگ", ""]);
  expect(keyFor("Serial number!", [], "field")).toBe("serial_number");
  expect(keyFor("2nd Colour", [], "field")).toBe("nd_colour");
  expect(keyFor("رنگ", ["field"], "field")).toBe("field_2");
  expect(keyFor("a".repeat(60), [], "field").length).toBeLessThanOrEqual(40);
});
