const letters = /[\p{L}\p{N}]/u;

/**
 * Hides what a mail quotes: all from where `cut`, the first letters of it, begins. Null where it is not found, or nothing
 * would be left. Letters alone are compared, since mail programs write text and HTML with other spaces and marks.
 */
export function foldAt(body: HTMLElement, cut: string): HTMLElement | null {
  const page = body.ownerDocument;
  const walker = page.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const places: { node: Node; offset: number }[] = [];
  let said = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let offset = 0;
    for (const letter of node.nodeValue ?? "") {
      if (letters.test(letter)) {
        said += letter;
        for (let unit = 0; unit < letter.length; unit++) places.push({ node, offset });
      }
      offset += letter.length;
    }
  }
  const place = cut === "" ? undefined : places[Math.max(said.indexOf(cut), 0)];
  if (!place || said.indexOf(cut) < 1 || !body.lastChild) return null;
  const range = page.createRange();
  range.setStart(place.node, place.offset);
  range.setEndAfter(body.lastChild);
  const rest = page.createElement("div");
  rest.append(range.extractContents());
  rest.hidden = true;
  body.append(rest);
  return rest;
}
