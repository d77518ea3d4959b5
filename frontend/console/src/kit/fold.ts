const letters: Record<string, string> = {
  ي: "ی", ى: "ی", ئ: "ی", ك: "ک", ة: "ه", ۀ: "ه", ە: "ه", أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ؤ: "و", ـ: "", ء: "",
  "\u200c": " ", "\u200d": "",
};
const invisible = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g;

/** Text as it is compared: the server's rule (`core/text.py`), for lists that are searched here. */
export function fold(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replace(/[^\x20-\x7e]/g, (letter) => letters[letter] ?? letter)
    .replace(invisible, "");
  return asciiDigits(plain).normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();
}

/** Arabic-Indic and Persian digits as ASCII ones, for numbers and codes that people type. */
export function asciiDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}

/** The whole number that somebody typed, null when there is none. */
export function numberIn(text: string): number | null {
  const digits = asciiDigits(text).replace(/\D/g, "").slice(0, 9);
  return digits === "" ? null : Number(digits);
}

/** The number that somebody typed with at most so many decimals, after a point, a comma or the Arabic sign for it. */
export function decimalIn(text: string, decimals: number): number | null {
  const [whole = "", ...rest] = asciiDigits(text).replace(/[^\d.,٫]/g, "").split(/[.,٫]/);
  if (whole === "" && rest.length === 0) return null;
  return Number(`${whole.slice(0, 9) || "0"}.${rest.join("").slice(0, decimals) || "0"}`);
}

/** Whether each word of the search is somewhere in the texts. */
export function matches(search: string, ...texts: (string | null)[]): boolean {
  const whole = fold(texts.join(" "));
  return fold(search).split(" ").every((word) => whole.includes(word));
}
