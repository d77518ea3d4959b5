const letters: Record<string, string> = {
  work: "w", board: "o", customers: "c", search: "f", conversations: "v", supervision: "s", team: "t", documents: "d", answers: "n", knowledge: "k", queues: "q",
  agents: "a", people: "p", roles: "r", branches: "b", channels: "h", widgets: "i", audit: "l", quarantine: "x",
};

/** `g` and a letter for each page; one that is not named here gets the first of its own that is free. */
export function keysOf(paths: string[]): Map<string, string> {
  const found = new Map<string, string>();
  const taken = new Set(Object.values(letters));
  for (const path of paths) {
    const letter = letters[path] ?? [...path, ..."abcdefghijklmnopqrstuvwxyz"].find((each) => /[a-z]/.test(each) && !taken.has(each));
    if (letter === undefined) continue;
    taken.add(letter);
    found.set(path, `g ${letter}`);
  }
  return found;
}
