/** GitHub's deepest payload has about ten levels; PostgreSQL's parser ends at some thousands. */
const LEVELS_MAX = 500;

const [QUOTE, BACKSLASH] = [34, 92];
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/** Is JSON nested deeper than anything of GitHub's? Brackets inside strings do not count. */
export function isDeepJson(text: string): boolean {
  let levels = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (CLOSING.has(code)) levels -= 1;
    else if (OPENING.has(code)) {
      levels += 1;
      if (levels > LEVELS_MAX) return true;
    }
  }
  return false;
}
