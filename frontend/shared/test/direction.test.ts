import { expect, test } from "vitest";
import { directionOf, writtenDirection } from "../direction";

test.each([
  ["+989121234567", "ltr"],
  ["۰۹۱۲ ۱۲۳ ۴۵۶۷", "ltr"],
  ["", "ltr"],
  ["سارا +98912", "auto"],
  ["Sara", "auto"],
])("the direction of %j is %s", (text, direction) => expect(directionOf(text)).toBe(direction));

test.each([
  ["سلام، Sara", "rtl"],
  ["(۵) Sara سلام", "ltr"],
  ["+98912", "ltr"],
  ["", undefined],
])("what is being written as %j reads %s", (text, direction) => expect(writtenDirection(text)).toBe(direction));
