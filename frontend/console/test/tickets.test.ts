import { describe, expect, test } from "vitest";
import { Dates } from "../src/i18n/dates";
import { Speech } from "../src/i18n/words";
import { begun, changesOf, rebased, valuesOf, withTheirs, withValue } from "../src/pages/tickets/editing";
import { ticketQuery } from "../src/pages/tickets/listing";
import { dueOf, fitting, inChains, nameIn, nextPaper, type Paper, type Ticket } from "../src/pages/tickets/ticket";
import { everything } from "../src/kit/table";
import { tagged } from "../src/pages/work/Name";

const ticket = (part: Partial<Ticket> = {}) => ({ subject: "Kettle", description: "", type_id: null, branch_id: null, is_confidential: false, fields: {}, ...part }) as Ticket;
const now = Date.parse("2027-03-21T10:00:00Z");

describe("two who change one ticket", () => {
  test("what was typed stays, what was not touched follows", () => {
    const edit = withValue(begun(ticket()), "description", "It leaks");
    const after = rebased(edit, valuesOf(ticket({ subject: "Pump", fields: { serial: "A1" } })));
    expect(after.mine).toMatchObject({ subject: "Pump", description: "It leaks", "fields.serial": "A1" });
    expect(after.clashes).toEqual({});
    expect(changesOf(after)).toEqual({ description: "It leaks" });
  });

  test("the same field is shown, kept through further changes, and decided by a person", () => {
    const edit = withValue(begun(ticket()), "subject", "Mine");
    const after = rebased(edit, valuesOf(ticket({ subject: "Theirs" })));
    expect(after.clashes).toEqual({ subject: "Theirs" });
    expect(changesOf(after)).toEqual({ subject: "Mine" });
    const later = rebased(after, valuesOf(ticket({ subject: "Theirs", description: "more" })));
    expect(later.clashes).toEqual({ subject: "Theirs" });
    expect(changesOf(withTheirs(later, "subject"))).toEqual({});
  });

  test("who wrote the same has nothing to decide, and after saving nothing is left to send", () => {
    const same = rebased(withValue(begun(ticket()), "subject", "Pump"), valuesOf(ticket({ subject: "Pump" })));
    expect([same.clashes, changesOf(same)]).toEqual([{}, {}]);
  });

  test("a custom field that is emptied is sent as nothing", () => {
    const edit = withValue(begun(ticket({ fields: { tags: ["a"], size: 3 } })), "fields.tags", []);
    expect(changesOf(edit)).toEqual({ fields: { tags: [] } });
    expect(changesOf(withValue(begun(ticket()), "fields.note", ""))).toEqual({});
  });
});

describe("a promise", () => {
  const due = (part: Partial<Ticket>) => dueOf({ category: "open", due_at: null, sla: "kept", ...part }, now)?.tone;

  test("has a word for each way it can stand", () => {
    expect(due({ sla: "none" })).toBeUndefined();
    expect(due({ due_at: "2027-03-21T12:00:00Z" })).toBe("kept");
    expect(due({ due_at: "2027-03-21T12:00:00Z", sla: "near" })).toBe("near");
    expect(due({ due_at: "2027-03-21T09:59:00Z", sla: "near" })).toBe("late");
    expect(due({ due_at: "2027-03-21T12:00:00Z", sla: "breached" })).toBe("late");
    expect(due({ category: "pending" })).toBe("stopped");
    expect([due({ category: "solved" }), due({ category: "closed", sla: "breached" })]).toEqual(["was_kept", "was_late"]);
  });

  test("says how long in the reader's language and digits", () => {
    const said = (language: "en" | "ar" | "fa", at: string) => new Dates(new Speech(language, "locale"), "gregory").fromNow(at, now);
    expect(said("en", "2027-03-21T12:05:00Z")).toBe("in 2 hr.");
    expect(said("fa", "2027-03-21T10:10:00Z")).toContain("۱۰");
    expect(said("ar", "2027-03-28T10:00:00Z")).toContain("٧");
    expect(said("en", "2027-03-21T09:59:30Z")).toBe("1 min. ago");
  });
});

test("documents stand behind those of which they were made", () => {
  const paper = (id: string, at: string, follows_id: string | null) => ({ id, at, follows_id }) as Paper;
  const chains = inChains([paper("visit", "2", "call"), paper("other", "3", null), paper("call", "1", null), paper("work", "4", "visit")]);
  expect(chains.map(({ paper: { id }, depth }) => [id, depth])).toEqual([["call", 0], ["visit", 1], ["work", 2], ["other", 0]]);
  expect([nextPaper("call"), nextPaper("visit"), nextPaper("execution")]).toEqual(["visit", "execution", "execution"]);
});

test("a ticket's number in front of its subject stands apart, and nothing else does", () => {
  expect(tagged("SR-12 الطابعة لا تعمل")).toEqual({ number: "SR-12", subject: "الطابعة لا تعمل" });
  expect(["SR-12", "Sr-12 x", "SR- x", "الطابعة SR-12 x"].map(tagged)).toEqual([null, null, null, null]);
});

test("stages are those of all kinds that are wanted, named in a language that is there", () => {
  const stages = [{ kinds: null, is_active: true }, { kinds: ["complaint" as const], is_active: true }, { kinds: null, is_active: false }];
  expect([fitting(stages, "complaint").length, fitting(stages, "complaint", "inquiry").length]).toEqual([2, 1]);
  expect([nameIn({ en: "New", fa: "جدید" }, "fa"), nameIn({ en: "New" }, "ar"), nameIn({ fa: "جدید" }, "ar")]).toEqual(["جدید", "New", "جدید"]);
});

describe("a list of tickets", () => {
  test("shows what is to be done unless somebody wants all", () => {
    expect(ticketQuery(everything)).toBe("open_only=true");
    expect(ticketQuery({ ...everything, filters: { state: ["any"] } })).toBe("");
    // Whoever looks for a number wants it, closed or not.
    expect(ticketQuery({ ...everything, search: " SR-12 " })).toBe("q=SR-12");
    expect(ticketQuery({ ...everything, filters: { status_id: ["s"] } })).toBe("status_id=s");
  });

  test("knows mine and nobody's from a colleague's, and the order", () => {
    const query = (owner: string) => ticketQuery({ ...everything, filters: { owner: [owner] }, sort: "due" });
    expect(query("mine")).toBe("open_only=true&mine=true&order=due");
    expect(query("nobody")).toBe("open_only=true&unowned=true&order=due");
    expect(query("0192")).toBe("open_only=true&owner_id=0192&order=due");
  });
});
