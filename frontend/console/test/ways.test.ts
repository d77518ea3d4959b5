import { expect, test } from "vitest";
import { preferences, waysTo } from "../src/pages/customers/ways";

const account = (id: string, kind: string) => ({ id, kind, name: id, address: "" }) as never;
const identities = [
  { kind: "email", value: "s@example.net" },
  { kind: "phone", value: "+989121234567" },
] as never;

test("somebody with a telephone is written to by every account that sends texts, what they like first", () => {
  const accounts = [account("mail", "email"), account("centre", "smpp"), account("carrier", "sms")];
  const keys = (preferred: { channel: string; address: string } | null) => waysTo({ identities, preferred }, accounts).map(({ key }) => key);
  expect(keys(null)).toEqual(["mail s@example.net", "centre +989121234567", "carrier +989121234567"]);
  expect(keys({ channel: "sms", address: "+989121234567" })).toEqual(["centre +989121234567", "carrier +989121234567", "mail s@example.net"]);
  expect(keys({ channel: "email", address: "s@example.net" })[0]).toBe("mail s@example.net");
});

test("what is preferred is texts, not how they come", () => {
  expect(preferences({ identities }).map(({ channel }) => channel)).toEqual(["email", "sms", "voice"]);
});
