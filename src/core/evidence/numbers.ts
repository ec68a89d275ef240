/** Numbers with their units, as people and code write them. */

interface Unit {
  readonly dimension: "time" | "bytes" | "percent" | "times" | "count";
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
  ...spell("times", [["x ×", 1]]),
  ...spell("count", [["times", 1]]),
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

/** `one` is an article more often than a number. */
const WORD = new RegExp(String.raw`\b(?:${WORDS.slice(2).join("|")})\b(?!-)`, "gi");

/** A number of the text: digits without separators, and its unit. */
interface Quantity {
  readonly digits: string;
  /** Null: none, or one that we do not know. */
  readonly unit: Unit | null;
}

/** One letter more may be a word of its own. */
const LONG_UNITS = [...UNITS.keys()].filter((word) => !/^[bdkmwx]$/.test(word)).join("|");

/** `10 seconds` as one word, so that a number keeps its unit; the 8 of `UTF-8 bytes` has none. */
const SPACED_UNIT = new RegExp(
  String.raw`(\d)(?<!\p{L}-?[\d.]{1,20})[\s-](${LONG_UNITS})(?![\p{L}\p{N}])`,
  "giu",
);

/** `from 10 to 30 seconds`: both have the unit. */
const SHARED_UNIT = new RegExp(
  String.raw`(\d)( (?:to|and|or) |-|–)(\d+(?:[.,_]\d+)*)[\s-]?(${[...UNITS.keys()].join("|")})(?![\p{L}\p{N}])`,
  "giu",
);

/** `6 times faster` is a factor; `6 times` alone is a count, which code has as a bare 6. */
const FACTOR =
  /(?<=\d)[\s-]times(?=\s+(?:as|the|more|less|fewer|faster|quicker|slower|smaller|larger|bigger|greater|higher|lower|shorter|longer|better|cheaper)\b)|(?<=\bby [\d.]{1,20})[\s-]times\b/gi;

export function glueUnits(text: string): string {
  return text
    .replaceAll(WORD, (word) => String(WORDS.indexOf(word.toLowerCase())))
    .replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, "")
    .replaceAll(FACTOR, "x")
    .replaceAll(SHARED_UNIT, "$1$4$2$3$4")
    .replaceAll(SPACED_UNIT, "$1$2");
}

/** No number inside of a word or of a version; references such as `#12` are no numbers. */
const QUANTITY = /(?<![\p{L}\p{N}_.#])v?\d+(?:[.,_]\d+)*-?(?:%|[a-zµ×]+)?(?![\p{L}\p{N}_])/giu;

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
    if (this.#sizes.has(sizeOf(asked.digits, asked.unit))) return true;
    const { dimension } = asked.unit;
    const isShare = dimension === "percent" || dimension === "times";
    if (units?.includes(null) === true && !isShare) return true;
    // `5000` in code is `5 seconds` in words.
    const size = Number(asked.digits) * asked.unit.factor;
    const isBare = (factor: number) => this.#units.get(String(size / factor))?.includes(null);
    return (
      !isShare && dimension !== "count" && [1, 1e3, 1e6].some((factor) => isBare(factor) === true)
    );
  }

  #add(quantity: Quantity): void {
    const { digits, unit } = quantity;
    const known = this.#units.get(digits);
    if (known === undefined) this.#units.set(digits, [unit]);
    else if (!known.includes(unit)) known.push(unit);
    if (unit !== null) this.#sizes.add(sizeOf(digits, unit));
    // Who says `Node 22` means `22.12.0`.
    const parts = digits.split(".");
    if (parts.length > 2 || (parts.length === 2 && parts[1] === "0")) {
      this.#versions.add(digits.replace(/\..*$/, ""));
      this.#versions.add(parts.slice(0, 2).join("."));
    }
  }
}

function readQuantities(line: string): readonly Quantity[] {
  const found: Quantity[] = [];
  for (const [whole] of glueUnits(line).matchAll(QUANTITY)) {
    const digits = whole.replaceAll(/^v|-?(?:%|[a-zµ×]+)$|_/gi, "");
    const word = /(?:%|[a-zµ×]+)$/i.exec(whole)?.[0].toLowerCase() ?? "";
    found.push({ digits, unit: UNITS.get(word) ?? null });
  }
  if (/\bone\b/i.test(line)) found.push({ digits: "1", unit: null });
  return found;
}

function sizeOf(digits: string, { dimension, factor }: Unit): string {
  // `6x` may be how often, too.
  return `${dimension === "count" ? "times" : dimension} ${Number(digits) * factor}`;
}
