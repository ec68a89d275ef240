import type { Lots } from "../../../support/seed.ts";

/** Words that pulls of usual projects are made of. */

const VERBS =
  "read write parse render resolve load open flush merge split fetch build encode trim sort watch".split(
    " ",
  );
const NOUNS =
  "manifest header cache socket token schema cursor worker session buffer layout chunk query route".split(
    " ",
  );
const ENDS = "size limit depth count index name path mode state options window order offset".split(
  " ",
);
const COMMANDS = "publish build serve check deploy init watch sync".split(" ");
const PACKAGES = "undici esbuild postcss minimist semver rollup ws express lodash chokidar".split(
  " ",
);
const FOLDERS = "src/core src/server packages/cli/src lib crates/engine/src app/models".split(" ");
const EXTENSIONS = "ts rs py go rb".split(" ");
const PLACES = ["on Windows", "on macOS", "in watch mode", "behind a proxy", "with Python 3.12"];

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `readManifest`. */
export function drawFunction(lots: Lots): string {
  const tail = lots.chance(0.4) ? capital(lots.pick(ENDS)) : "";
  return lots.pick(VERBS) + capital(lots.pick(NOUNS)) + tail;
}

/** `ManifestReader`. */
export function drawClass(lots: Lots): string {
  return (
    capital(lots.pick(NOUNS)) + capital(lots.pick(["reader", "store", "pool", "error", "plan"]))
  );
}

/** `maxChunkSize`. */
export function drawOption(lots: Lots): string {
  const head = lots.pick(["max", "min", "default", "initial", "use"]);
  return head + capital(lots.pick(NOUNS)) + capital(lots.pick(ENDS));
}

/** `cache_size_limit`. */
export function drawField(lots: Lots): string {
  return `${lots.pick(NOUNS)}_${lots.pick(ENDS)}_${lots.pick(["max", "min", "hint", "total"])}`;
}

/** `CACHE_SIZE`. */
export function drawVariable(lots: Lots): string {
  return `${lots.pick(NOUNS)}_${lots.pick(ENDS)}`.toUpperCase();
}

/** `--cache-size`. */
export function drawFlag(lots: Lots): string {
  const tail = lots.chance(0.5) ? `-${lots.pick(ENDS)}` : "";
  return `--${lots.pick(["no", "max", "with", "only", "skip", "keep"])}-${lots.pick(NOUNS)}${tail}`;
}

export function drawPath(lots: Lots): string {
  return `${lots.pick(FOLDERS)}/${lots.pick(NOUNS)}-${lots.pick(ENDS)}.${lots.pick(EXTENSIONS)}`;
}

export function drawVersion(lots: Lots): string {
  return `${lots.between(0, 12)}.${lots.between(0, 30)}.${lots.between(0, 15)}`;
}

/** Small ones and powers are more common than others. */
export function drawNumber(lots: Lots): number {
  if (lots.chance(0.3)) return lots.between(0, 11);
  if (lots.chance(0.3)) return 2 ** lots.between(3, 13);
  return lots.chance(0.5) ? lots.between(1, 50) * 10 : lots.between(11, 9000);
}

export function drawAdvisory(lots: Lots): string {
  if (lots.chance(0.7)) return `CVE-${lots.between(2019, 2027)}-${lots.between(10_000, 60_000)}`;
  const part = () =>
    Array.from({ length: 4 }, () => lots.pick("23456789cfghjmpqrvwx".split(""))).join("");
  return `GHSA-${part()}-${part()}-${part()}`;
}

export const drawNoun = (lots: Lots): string => lots.pick(NOUNS);
export const drawCommand = (lots: Lots): string => lots.pick(COMMANDS);
export const drawPackage = (lots: Lots): string => lots.pick(PACKAGES);
export const drawPlace = (lots: Lots): string => lots.pick(PLACES);
