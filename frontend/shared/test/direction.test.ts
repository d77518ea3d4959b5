import { expect, test } from "vitest";
import { directionOf } from "../direction";

test.each([
  ["+989121234567", "ltr"],
  ["۰۹۱۲ ۱۲۳ ۴۵۶۷", "ltr"],
  ["", "ltr"],
  ["سارا +98912", "auto"],
  ["Sara", "auto"],
])("the direction of %j is %s", (text, direction) => expect(directionOf(text)).toBe(direction));
