import { ALIKE, nameOf } from "./drawn-history.ts";
import type { FileState, Files } from "./drawn-history.ts";

/**
 * Why restoring and reverting commit by commit do not come to the same for a file. Restoring looks at
 * the batch as a whole, from the tag before it to its own; reverting goes through each state between
 * them. So they part only where a file has such a state, and later work was there too:
 *
 * `went back`: the batch itself took back there what it had done;
 * `taken back`: later work took it back already;
 * `half way`: later work left there a state that the batch went through;
 * `moved`: a file that is gone, in a folder that moved: git asks where a state in between belongs;
 * `alike`: of lines that are alike git takes other ones for the changed than it does step by step.
 */
export type Explanation = "went back" | "taken back" | "half way" | "moved" | "alike";

/** `steps`: from the tag before the batch to its own; `later`: head of the branch. Null: why? */
export function explain(path: string, steps: readonly Files[], later: Files): Explanation | null {
  const file = nameOf(path);
  const batch = steps.flatMap((files) => files.get(file) ?? []);
  const now = later.get(file);
  const bad = batch.at(-1);
  if (now === undefined || bad === undefined || batch.length < 3) return null;
  if (formatState(now) === formatState(bad)) return null;
  const states = [...batch, now];
  const isAlike = file === ALIKE;
  for (const part of [...listWays(states), ...(isAlike ? [] : listRuns(states))]) {
    const found = explainPart(part);
    if (found !== null) return found;
  }
  if (isGone(states) && isMoved(states)) return "moved";
  const changes = batch.filter((state, at) => at > 0 && !hasLines(state, batch[at - 1]));
  return isAlike && changes.length > 1 && !hasLines(now, bad) ? "alike" : null;
}

/** States of one part: before the batch, after each of its commits, and now. */
function explainPart(part: readonly string[]): Explanation | null {
  const [before = "", ...rest] = part;
  const [now = "", bad = "", ...between] = rest.toReversed();
  const others = between.filter((each) => each !== before && each !== bad);
  if (others.length === 0) return null;
  if (before === bad) return "went back";
  if (now === before) return "taken back";
  return others.includes(now) ? "half way" : null;
}

type Parts = readonly (readonly string[])[];

function tellAll(
  states: readonly FileState[],
  tell: (state: FileState & { readonly lines: readonly string[] }) => string,
): readonly string[] {
  return states.map(({ lines, ...state }) => (lines === null ? "" : tell({ ...state, lines })));
}

/** Where it is, and how. */
function listWays(states: readonly FileState[]): Parts {
  return [
    tellAll(states, ({ path }) => path),
    tellAll(states, ({ mode }) => mode),
    tellAll(states, ({ end }) => end),
  ];
}

/** Each run of its lines: changes of neighbours are one to git. Of a file whose lines keep their places. */
function listRuns(states: readonly FileState[]): Parts {
  const longest = Math.max(...states.map(({ lines }) => lines?.length ?? 0));
  const places = Array.from({ length: longest }, (_, at) => at);
  return places.flatMap((from) =>
    places
      .slice(from)
      .map((to) => tellAll(states, ({ lines }) => lines.slice(from, to + 1).join("\n"))),
  );
}

function formatState({ path, lines, mode, end }: FileState): string {
  return JSON.stringify([path, lines, mode, end]);
}

function hasLines({ lines }: FileState, other: FileState | undefined): boolean {
  return JSON.stringify(lines) === JSON.stringify(other?.lines);
}

function isGone(states: readonly FileState[]): boolean {
  return states.some(({ lines }) => lines === null);
}

function isMoved(states: readonly FileState[]): boolean {
  return new Set(states.map(({ path }) => path.split("/")[0])).size > 1;
}
