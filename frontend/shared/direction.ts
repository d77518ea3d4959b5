/**
 * For `dir`: telephone numbers, amounts and codes read from the left in every language.
 *
 * `auto` alone gives them the direction of the page, which in Arabic and Persian puts the plus sign at the wrong end.
 */
export function directionOf(text: string): "auto" | "ltr" {
  return hasLetters(text) ? "auto" : "ltr";
}

/** False for a number alone, however it is written. */
export function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}

/**
 * For `dir` of a field that is being written in: by the first letter, as `auto` would.
 *
 * `auto` itself, set together with the first words (a paste), is taken by Chromium from the empty field before them.
 */
export function writtenDirection(text: string): "rtl" | "ltr" | undefined {
  const first = /\p{L}/u.exec(text)?.[0];
  if (first === undefined) return text === "" ? undefined : "ltr";
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u.test(first) ? "rtl" : "ltr";
}

/** For `dir` of what was said: by its first letter, but a number of ours in front (`VT-17: …`) is of no language. */
export function directionOfSaid(text: string): "rtl" | "ltr" | "auto" {
  return writtenDirection(text.replace(/^[A-Z]{2}-\d+\P{L}*/u, "")) ?? "auto";
}
