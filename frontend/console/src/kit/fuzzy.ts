import { fold } from "./fold";

/**
 * How well what somebody typed fits the texts; 0 when not at all.
 *
 * Each word must fit a word of the texts: as its beginning (3), inside it (2), or letter by letter in order (1).
 */
export function fitness(typed: string, texts: string[]): number {
  const wanted = fold(typed).split(" ").filter(Boolean);
  const words = texts.flatMap((text) => fold(text).split(" "));
  const scores = wanted.map((word) => Math.max(0, ...words.map((each) => fit(word, each))));
  return scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

function fit(wanted: string, word: string): number {
  if (word.startsWith(wanted)) return 3;
  if (word.includes(wanted)) return 2;
  // Two letters are in order in nearly every word.
  return wanted.length > 2 && isInOrder(wanted, word) ? 1 : 0;
}

function isInOrder(wanted: string, word: string): boolean {
  let at = -1;
  return [...wanted].every((letter) => (at = word.indexOf(letter, at + 1)) >= 0);
}
