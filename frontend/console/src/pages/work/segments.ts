/** How many SMS a text costs: 3GPP TS 23.038. The server counts the same; tests hold the two together. */

const gsm7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const twice = new Set("^{}\\[~]|€\f");

export interface Segments {
  count: number;
  /** Units that still fit into the last one. */
  left: number;
  alphabet: "gsm7" | "ucs2";
}

export function segmentsOf(text: string): Segments {
  const letters = [...text];
  const isPlain = letters.every((letter) => gsm7.has(letter) || twice.has(letter));
  const units = letters.map((letter) => (isPlain ? (twice.has(letter) ? 2 : 1) : letter.length));
  const [alone, chained] = isPlain ? [160, 153] : [70, 67];
  const alphabet = isPlain ? "gsm7" : "ucs2";
  const sum = units.reduce((all, unit) => all + unit, 0);
  if (sum <= alone) return { count: 1, left: alone - sum, alphabet };
  let count = 1;
  let left = chained;
  for (const unit of units) {
    if (unit > left) {
      count += 1;
      left = chained;
    }
    left -= unit;
  }
  return { count, left, alphabet };
}
