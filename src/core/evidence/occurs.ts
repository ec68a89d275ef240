/** Does a name stand in a text by itself, not inside a longer one? Case is not looked at. */
export function occurs(name: string, text: string): boolean {
  const needle = name.toLowerCase();
  const hay = text.toLowerCase();
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const before = hay.slice(Math.max(0, at - 1), at);
    const after = hay.charAt(at + needle.length);
    if (isEdge(needle.charAt(0), before) && isEdge(needle.charAt(needle.length - 1), after)) {
      return true;
    }
  }
  return false;
}

const WORD = /[\p{L}\p{N}_]/u;

function isEdge(inner: string, outer: string): boolean {
  if (outer === "") return true;
  if (inner === "-") return outer !== "-";
  return !WORD.test(inner) || !WORD.test(outer);
}
