import type { Lots } from "../../../support/seed.ts";
import type { Fact, Told } from "./pulls.ts";
import {
  drawAdvisory,
  drawClass,
  drawCommand,
  drawFlag,
  drawFunction,
  drawNoun,
  drawOption,
  drawPackage,
  drawPath,
  drawPlace,
  drawVariable,
} from "./vocabulary.ts";

/** Kinds of pulls, each with a sentence that is true of it. */

const fact = (kind: Fact["kind"]) => (text: string | number) => ({ kind, text: String(text) });
const number = fact("number");
const version = fact("version");
const name = fact("identifier");
const flag = fact("flag");
const path = fact("path");
const advisory = fact("advisory");

function raiseTimeout(lots: Lots): Told {
  const [old, young] = lots.pick([[10, 30] as const, [5, 45] as const, [60, 20] as const]);
  const noun = drawNoun(lots);
  const what = `${noun} timeout`;
  const verb = young > old ? "raise" : "lower";
  const constant = `${noun.toUpperCase()}_TIMEOUT_MS`;
  const line = (value: number) => `export const ${constant} = ${value}_000;`;
  const edits = [{ path: drawPath(lots), removed: [line(old)], added: [line(young)] }];
  const head = verb === "raise" ? "Raises" : "Lowers";
  return {
    type: "fix",
    title: `${verb} the ${what}`,
    body: [`Slow networks need ${young} seconds.`],
    edits,
    pieces: lots.pick([
      [`${head} the ${what} from `, number(old), " to ", number(young), " seconds."],
      [`The ${what} is now `, number(young), " seconds."],
      [`The ${what} was ${verb}${verb === "raise" ? "d" : "ed"} to `, number(young), " s."],
    ]),
  };
}

function setDefault(lots: Lots): Told {
  const option = drawOption(lots);
  const [old, young] = [lots.between(2, 60), lots.between(61, 400)];
  const line = (value: number) => `  ${option}: ${value},`;
  return {
    type: "feat",
    title: `change the default of ${option}`,
    body: [`From ${old} to ${young}, as most people set it.`],
    edits: [{ path: drawPath(lots), removed: [line(old)], added: [line(young)] }],
    pieces: lots.pick([
      ["The default of ", name(option), " is now ", number(young), "."],
      [name(option), " changed from ", number(old), " to ", number(young), "."],
    ]),
  };
}

function nodeRange(value: number): string {
  return `    "node": ">=${value}"`;
}

function requireNode(lots: Lots): Told {
  const old = lots.between(16, 21);
  const young = old + lots.between(1, 4);
  return {
    type: "feat",
    title: `require Node.js ${young}`,
    body: [`BREAKING CHANGE: Node.js ${old} reached the end of its life.`],
    isBreaking: true,
    edits: [{ path: "package.json", removed: [nodeRange(old)], added: [nodeRange(young)] }],
    pieces: lots.pick([
      ["Now requires Node.js ", number(young), " or newer."],
      ["The minimum version of Node.js was raised from ", number(old), " to ", number(young), "."],
    ]),
  };
}

function bumpPackage(lots: Lots): Told {
  const dependency = drawPackage(lots);
  const [major, minor] = [lots.between(1, 9), lots.between(0, 20)];
  const old = `${major}.${minor}.${lots.between(0, 9)}`;
  const young = `${major}.${minor + lots.between(1, 5)}.${lots.between(0, 9)}`;
  const line = (value: string) => `    "${dependency}": "${value}",`;
  return {
    type: "chore",
    title: `bump ${dependency} from ${old} to ${young}`,
    body: [`Bumps ${dependency} from ${old} to ${young}.`],
    labels: ["dependencies"],
    edits: [{ path: "package.json", removed: [line(old)], added: [line(young)] }],
    pieces: [`Updates ${dependency} from `, version(old), " to ", version(young), "."],
  };
}

function addFlag(lots: Lots): Told {
  const option = drawFlag(lots);
  const command = drawCommand(lots);
  const added = [`  .option("${option}", "Leave it as it is.")`, "  .action(run)"];
  return {
    type: "feat",
    title: `add ${option} to ${command}`,
    body: [`\`${command} ${option}\` leaves things as they are.`],
    edits: [{ path: drawPath(lots), removed: [], added }],
    pieces: lots.pick([
      ["Adds ", flag(option), ` to the ${command} command.`],
      [`The ${command} command takes `, flag(option), " to leave things as they are."],
    ]),
  };
}

function renameOption(lots: Lots): Told {
  const [old, young] = [drawOption(lots), `${drawOption(lots)}Total`];
  return {
    type: "feat",
    title: `rename ${old} to ${young}`,
    body: ["BREAKING CHANGE: the old name is gone."],
    isBreaking: true,
    edits: [
      { path: drawPath(lots), removed: [`  ${old}: number;`], added: [`  ${young}: number;`] },
      { path: "docs/options.md", removed: [`### \`${old}\``], added: [`### \`${young}\``] },
    ],
    pieces: ["Renames ", name(old), " to ", name(young), "."],
  };
}

function removeFunction(lots: Lots): Told {
  const old = `${drawFunction(lots)}Sync`;
  return {
    type: "feat",
    title: `remove ${old}`,
    body: [`It was deprecated for a year. Use ${drawFunction(lots)}.`],
    isBreaking: true,
    edits: [{ path: drawPath(lots), removed: [`export function ${old}() {`, "}"], added: [] }],
    pieces: ["Removes ", name(old), ", which was deprecated."],
  };
}

function fixCrash(lots: Lots): Told {
  const [broken, place] = [drawFunction(lots), drawPlace(lots)];
  const noun = drawNoun(lots);
  return {
    type: "fix",
    title: `handle an empty ${noun} in ${broken} ${place}`,
    body: [`\`${broken}\` threw when the ${noun} was empty.`],
    edits: [{ path: drawPath(lots), removed: [], added: [`if (${noun} === null) return null;`] }],
    pieces: ["Fixes a crash in ", name(broken), ` when the ${noun} is empty ${place}.`],
  };
}

function speedUp(lots: Lots): Told {
  const [part, noun] = [drawClass(lots), drawNoun(lots)];
  const share = lots.between(11, 95);
  return {
    type: "perf",
    title: `keep the ${noun} between calls`,
    body: [`${part} is ${share} % faster on our benchmark.`],
    edits: [
      { path: drawPath(lots), removed: [], added: [`private readonly ${noun} = new Map();`] },
    ],
    pieces: [name(part), " is ", number(`${share}%`), " faster."],
  };
}

function closeHole(lots: Lots): Told {
  const [id, reader] = [drawAdvisory(lots), drawClass(lots)];
  return {
    type: "fix",
    title: `refuse paths outside of the archive`,
    body: [`${id}: ${reader} wrote wherever the archive said.`],
    labels: ["security"],
    isSecurity: true,
    edits: [{ path: drawPath(lots), removed: [], added: [`if (escapes(target)) throw refuse();`] }],
    pieces: [name(reader), " refuses paths outside of the archive (", advisory(id), ")."],
  };
}

function readPath(lots: Lots): Told {
  const file = drawPath(lots);
  return {
    type: "feat",
    title: `read defaults from ${file}`,
    body: [`Without settings, ${file} is read.`],
    edits: [{ path: drawPath(lots), removed: [], added: [`const usual = read("${file}");`] }],
    pieces: ["Defaults are read from ", path(file), "."],
  };
}

function readVariable(lots: Lots): Told {
  const variable = drawVariable(lots);
  return {
    type: "feat",
    title: `read ${variable}`,
    body: [],
    edits: [{ path: drawPath(lots), removed: [], added: [`const set = process.env.${variable};`] }],
    pieces: ["The environment variable ", name(variable), " is read at start."],
  };
}

function writeDocs(lots: Lots): Told {
  const [noun, file] = [drawNoun(lots), `docs/${drawNoun(lots)}.md`];
  return {
    type: "docs",
    title: `explain how the ${noun} is kept`,
    body: [],
    edits: [{ path: file, removed: [], added: [`The ${noun} is kept until the next start.`] }],
    pieces: ["Explains in ", path(file), ` how the ${noun} is kept.`],
  };
}

function acceptUploads(lots: Lots): Told {
  const size = lots.pick([64, 256, 512]);
  return {
    type: "feat",
    title: "accept larger uploads",
    body: [`Up to ${size} MB, in chunks.`],
    edits: [
      {
        path: drawPath(lots),
        removed: [],
        added: [`const UPLOAD_BYTES_MAX = ${size} * 1024 ** 2;`],
      },
    ],
    pieces: ["Uploads of up to ", number(size), " MB are accepted."],
  };
}

function fixRace(lots: Lots): Told {
  const noun = drawNoun(lots);
  return {
    type: "fix",
    title: `do not lose the ${noun} when two workers start at once`,
    body: [],
    edits: [{ path: drawPath(lots), removed: [], added: [`await lock.hold();`] }],
    pieces: [`The ${noun} is no longer lost when two workers start at once.`],
  };
}

export const SHAPES: readonly ((lots: Lots) => Told)[] = [
  raiseTimeout,
  setDefault,
  requireNode,
  bumpPackage,
  addFlag,
  renameOption,
  removeFunction,
  fixCrash,
  speedUp,
  closeHole,
  readPath,
  readVariable,
  writeDocs,
  acceptUploads,
  fixRace,
];
