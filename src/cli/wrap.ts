/** Columns of a terminal that nobody made wider. */
export const WIDTH_CHARS = 80;

/**
 * Break at spaces into lines of at most 80 columns; a longer word, such as an address, stands alone
 * and whole. `first` begins the first line, `rest` what follows.
 */
export function wrap(text: string, first: string, rest: string = first): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  // What stands in code is copied, and so is not broken.
  for (const word of text.match(/(?:`[^`]{1,50}`|[^ ])+/g) ?? []) {
    const next = isEmpty ? line + word : `${line} ${word}`;
    if (!isEmpty && next.length > WIDTH_CHARS) {
      lines.push(line);
      line = rest + word;
    } else line = next;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Leave out the middle of what is longer: of a path, its end says most. */
export function elide(text: string, charsMax: number): string {
  const chars = Array.from(text);
  if (chars.length <= charsMax) return text;
  const head = Math.floor((charsMax - 1) / 3);
  return `${chars.slice(0, head).join("")}…${chars.slice(head + 1 - charsMax).join("")}`;
}
