/** A number as it was typed, in the digits of any of the three languages; null when it is none. Pure. */
export function numeral(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => `${digit.charCodeAt(0) - 0x0660}`)
    .replace(/[۰-۹]/g, (digit) => `${digit.charCodeAt(0) - 0x06f0}`)
    .replace(/[٫,]/g, ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}
