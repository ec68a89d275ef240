/** Numbers with their units, as people and code write them. */

interface Unit {
  readonly dimension: "time" | "bytes" | "percent" | "times";
  /** Of the smallest unit of its dimension: microseconds, bytes. */
  readonly factor: number;
}

const TIME: readonly (readonly [string, number])[] = [
  ["us µs microsecond microseconds", 1],
  ["ms msec millisecond milliseconds", 1e3],
  ["s sec secs second seconds", 1e6],
  ["m min mins minute minutes", 6e7],
  ["h hr hrs hour hours", 3.6e9],
  ["d day days", 8.64e10],
  ["w week weeks", 6.048e11],
];

const BYTES: readonly (readonly [string, number])[] = [
  ["b byte bytes", 1],
  ["kb kib k", 1024],
  ["mb mib", 1024 ** 2],
  ["gb gib", 1024 ** 3],
  ["tb tib", 1024 ** 4],
];

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...spell("time", TIME),
  ...spell("bytes", BYTES),
  ...spell("percent", [["% percent", 1]]),
  ...spell("times", [["x × times", 1]]),
]);

function spell(
  dimension: Unit["dimension"],
  rows: readonly (readonly [string, number])[],
): readonly (readonly [string, Unit])[] {
  return rows.flatMap(([words, factor]) =>
    words.split(" ").map((word) => [word, { dimension, factor }] as const),
  );
}

const WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

/** A number of the text: digits without separators, and its unit. */
interface Quantity {
  readonly digits: string;
  /** Null: none, or one that we do not know. */
  readonly unit: Unit | null;
}

/** One letter more may be a word of its own. */
const LONG_UNITS = [...UNITS.keys()].filter((word) => !/^[bdkmwx]$/.test(word)).join("|");

/** `10 seconds` as one word, so that a number keeps its unit. */
const SPACED_UNIT = new RegExp(String.raw`(\d)[\s-](${LONG_UNITS})(?![\p{L}\p{N}])`, "giu");

/** `from 10 to 30 seconds`: both have the unit. */
const SHARED_UNIT = new RegExp(
  String.raw`(\d)( (?:to|and|or) |-|–)(\d[\d.,_]*)[\s-]?(${[...UNITS.keys()].join("|")})(?![\p{L}\p{N}])`,
  "giu",
);

export function glueUnits(text: string): string {
  return text.replaceAll(SHARED_UNIT, "$1$4$2$3$4").replaceAll(SPACED_UNIT, "$1$2");
}

/** No number inside of a word or of a version; references such as `#12` are no numbers. */
const QUANTITY = /(?<![\p{L}\p{N}_.#])v?(\d+(?:[.,_]\d+)*)-?(%|[a-zµ×]+)?(?![\p{L}\p{N}_])/giu;

/** Digits and units of a text, for many questions. */
export class Numbers {
  readonly #units = new Map<string, (Unit | null)[]>();
  readonly #sizes = new Set<string>();
  readonly #versions = new Set<string>();

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      for (const quantity of readQuantities(line)) this.#add(quantity);
    }
  }

  /** Does this number stand there, with the same unit or one that makes it the same? */
  has(token: string): boolean {
    const [asked] = readQuantities(token);
    if (asked === undefined) return false;
    const units = this.#units.get(asked.digits);
    if (asked.unit === null) return units !== undefined || this.#versions.has(asked.digits);
    if (this.#sizes.has(sizeOf(asked))) return true;
    const isShare = asked.unit.dimension === "percent" || asked.unit.dimension === "times";
    if (units?.includes(null) === true && !isShare) return true;
    // `5000` in code is `5 seconds` in words.
    return [1, 1e3, 1e6].some((factor) => this.#isBare(asked, factor));
  }

  #isBare({ digits, unit }: Quantity, factor: number): boolean {
    if (unit === null || unit.dimension === "percent" || unit.dimension === "times") return false;
    const value = (Number(digits) * unit.factor) / factor;
    return this.#units.get(String(value))?.includes(null) === true;
  }

  #add(quantity: Quantity): void {
    const { digits, unit } = quantity;
    const known = this.#units.get(digits);
    if (known === undefined) this.#units.set(digits, [unit]);
    else if (!known.includes(unit)) known.push(unit);
    if (unit !== null) this.#sizes.add(sizeOf(quantity));
    // Who says `Node 22` means `22.12.0`.
    const parts = digits.split(".");
    if (parts.length > 2 || (parts.length === 2 && parts[1] === "0")) {
      this.#versions.add(parts[0] ?? "");
      this.#versions.add(parts.slice(0, 2).join("."));
    }
  }
}

function readQuantities(line: string): readonly Quantity[] {
  const found: Quantity[] = [];
  for (const match of glueUnits(line).matchAll(QUANTITY)) {
    const digits = (match[1] ?? "").replaceAll("_", "").replaceAll(/,(?=\d{3}(?:\D|$))/g, "");
    const unit = UNITS.get(match[2]?.toLowerCase() ?? "") ?? null;
    found.push({ digits, unit });
  }
  for (const [word] of line.matchAll(/[a-z]+/gi)) {
    const value = WORDS.indexOf(word.toLowerCase());
    if (value >= 0) found.push({ digits: String(value), unit: null });
  }
  return found;
}

function sizeOf({ digits, unit }: Quantity): string {
  return `${unit?.dimension} ${Number(digits) * (unit?.factor ?? 1)}`;
}
