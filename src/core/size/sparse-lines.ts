export const NEWLINE = 10;

const [TAB, RETURN, SPACE] = [9, 13, 32];

/** Lines without their white space, one after the other in UTF-8. */
export class SparseLines {
  /** All, also those of white space alone. */
  lines = 0;
  /** Those with anything else in them. */
  texts = 0;
  #bytes = new Uint8Array(0);
  #length = 0;
  /** Where the line began that is being read. */
  #start = 0;

  /** Reads a line, or a part of it; the place of its end, or of the end of what there is. */
  read(bytes: Uint8Array, from: number): number {
    this.#makeRoom(bytes.length - from + 1);
    const into = this.#bytes;
    let length = this.#length;
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = Number(bytes[at]);
      if (byte > SPACE) {
        into[length] = byte;
        length += 1;
        if (byte > 127) length -= countWide(into, this.#start, length);
      } else if (byte === NEWLINE) {
        break;
      } else if (byte < SPACE && (byte < TAB || byte > RETURN)) {
        into[length] = byte;
        length += 1;
      }
    }
    this.#length = length;
    return at;
  }

  /** `isKept`: it may have to be compared. */
  endLine(isKept: boolean): void {
    this.lines += 1;
    if (this.#length === this.#start) return;
    this.texts += 1;
    if (isKept) {
      this.#bytes[this.#length] = NEWLINE;
      this.#start = this.#length + 1;
    }
    this.#length = this.#start;
  }

  clear(): void {
    this.lines = 0;
    this.texts = 0;
    this.#length = 0;
    this.#start = 0;
  }

  /** Are all of them the same? */
  equals(other: SparseLines): boolean {
    if (this.#length !== other.#length) return false;
    for (let at = 0; at < this.#length; at += 1) {
      if (this.#bytes[at] !== other.#bytes[at]) return false;
    }
    return true;
  }

  /** Those with text that were kept, a character a byte. */
  toStrings(): readonly string[] {
    return BYTES.decode(this.#bytes.subarray(0, this.#length)).split("\n").slice(0, -1);
  }

  #makeRoom(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

const BYTES = new TextDecoder("latin1");

/** White space of three bytes; what `\s` matches, as all of it here. U+00A0 has two. */
const WIDE = new Set([
  0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff,
]);

/** Bytes at the end of what was read that are one character of white space. */
function countWide(bytes: Uint8Array, start: number, end: number): 0 | 2 | 3 {
  const last = Number(bytes[end - 1]);
  if (end - start < 2) return 0;
  if (last === 0xa0 && bytes[end - 2] === 0xc2) return 2;
  const first = Number(bytes[end - 3]);
  if (end - start < 3 || first >> 4 !== 0xe) return 0;
  const middle = Number(bytes[end - 2]);
  const code = ((first & 0xf) << 12) | ((middle & 0x3f) << 6) | (last & 0x3f);
  return WIDE.has(code) ? 3 : 0;
}

/**
 * Lines that both have in the same order: the longest rising run of places, after the nth line of a
 * text was paired with the nth of the same. In n log n, where an exact answer would be quadratic.
 */
export function countSame(left: SparseLines, right: SparseLines): number {
  if (left.texts === 0 || right.texts === 0) return 0;
  // Most changes: one line that became another one.
  if (left.texts === 1 && right.texts === 1) return left.equals(right) ? 1 : 0;
  const places = new Map<string, number[]>();
  for (const [at, text] of left.toStrings().entries()) {
    const known = places.get(text);
    if (known === undefined) places.set(text, [at]);
    else known.push(at);
  }
  const taken = new Map<string, number>();
  const ends: number[] = [];
  for (const text of right.toStrings()) {
    const nth = taken.get(text) ?? 0;
    const place = places.get(text)?.[nth];
    if (place === undefined) continue;
    taken.set(text, nth + 1);
    ends[findPlace(ends, place)] = place;
  }
  return ends.length;
}

/** Of the first that is not smaller, in rising numbers. */
function findPlace(ends: readonly number[], place: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(ends[middle]) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
