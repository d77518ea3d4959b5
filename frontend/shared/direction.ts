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
