import { describe, expect, test } from "vitest";
import { nextStep, usual } from "../src/pages/queues/settings";
import { conditionsOf, kindOf, sentConditions } from "../src/pages/rules/rule";

describe("the next step of a queue", () => {
  test("comes late enough for an offer and asks for less", () => {
    const draft = { ...usual, skills: { chat: 5, french: 2 }, offer_timeout_seconds: 30 };
    const first = nextStep(draft);
    expect(first).toEqual({ after_seconds: 60, skills: { chat: 3, french: 1 } });
    expect(nextStep({ ...draft, steps: [first] })).toEqual({ after_seconds: 120, skills: { chat: 1, french: 1 } });
    expect(nextStep({ ...draft, offer_timeout_seconds: 120 }).after_seconds).toBe(125);
  });
});

describe("conditions of a rule", () => {
  test("come back as they were kept", () => {
    const kept = { language: ["ar", "fa"], "form.topic": ["billing"] };
    expect(sentConditions(conditionsOf(kept))).toEqual(kept);
  });

  test("without values say nothing, and two about the same are one", () => {
    const entered = [{ attribute: "tier", values: [] }, { attribute: "channel", values: ["voice"] }, { attribute: "channel", values: ["voice", "sms"] }];
    expect(sentConditions(entered)).toEqual({ channel: ["voice", "sms"] });
  });

  test("an answer in a form is known by its name", () => {
    expect(kindOf("form.topic")).toBe("form.");
    expect(kindOf("language")).toBe("language");
  });
});
