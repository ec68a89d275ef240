import { z } from "zod";
import { digest } from "../digest.ts";
import { inertText } from "../inert.ts";
import { answer } from "../question.ts";
import type { Decision, Question } from "../question.ts";
import type { LineState } from "../state.ts";
import type { NoteLine } from "./note-line.ts";
import type { DraftUnit } from "./unit-draft.ts";

/**
 * What people want a line of the notes to say: `/notes text`. It is kept as it was said, and checked
 * against the pull whenever that may have changed: another commit takes nothing away that is true.
 */

/** Of a line of releases, the newest. */
const KEPT_MAX = 50;

/** On GitHub, the newest: the desk has little room for what nobody sees. */
const SHOWN_MAX = 20;
const SHOWN_CHARS_MAX = 6_000;

export const wordingSchema = z.object({
  /** Number of the pull. */
  pull: z.number().int(),
  /** Untrusted text of one line. */
  text: z.string().min(1),
  /** Login. */
  by: z.string(),
  /** The comment. */
  url: z.string(),
  /** When it was said, by GitHub's clock. */
  at: z.number().int(),
});

export type Wording = Readonly<z.infer<typeof wordingSchema>>;

/** Equal: the words and what they were held against are the same. */
export function wordingKeyOf({ text, by, at }: Wording, unit: DraftUnit): string {
  const { title, body, labels, sha, isBreaking } = unit;
  return digest([text, by, at, title, body, labels.toSorted(), sha, isBreaking]);
}

/** With one more; the one that was said last counts. */
export function keepWording(kept: readonly Wording[], wording: Wording): readonly Wording[] {
  const own = kept.find(({ pull }) => pull === wording.pull);
  if (own !== undefined && own.at > wording.at) return kept;
  return [wording, ...kept.filter((each) => each !== own)].slice(0, KEPT_MAX);
}

/** Null: nobody worded it. */
export function wordingOf(kept: readonly Wording[], pull: number): Wording | null {
  return kept.find((each) => each.pull === pull) ?? null;
}

/** Without those of pulls that a release of ours carries: they are said. */
export function livingWordings({
  memory,
  releases,
}: Pick<LineState, "memory" | "releases">): readonly Wording[] {
  const released = new Set(releases.flatMap(({ cardPulls }) => cardPulls ?? []));
  return memory.wordings.filter(({ pull }) => !released.has(pull));
}

/** Those that are shown on GitHub, hidden, for a database that is new; each once, the newest first. */
export function shownWordings(
  states: readonly Pick<LineState, "memory" | "releases">[],
): readonly Wording[] {
  const all = states
    .flatMap(livingWordings)
    .reduce<readonly Wording[]>(keepWording, [])
    .toSorted((left, right) => right.at - left.at);
  const shown: Wording[] = [];
  let left = SHOWN_CHARS_MAX;
  for (const wording of all.slice(0, SHOWN_MAX)) {
    left -= JSON.stringify(wording).length;
    if (left < 0) break;
    shown.push(wording);
  }
  return shown;
}

/**
 * Decide about a `/notes` of somebody who may say it. `line`: the text, held against the pull; null:
 * the pull could not be read.
 */
export function judgeWording(
  { by, said, state }: Pick<Question, "by" | "said" | "state">,
  text: string,
  { pull, line }: { readonly pull: number; readonly line: NoteLine | null },
): Decision {
  if (line === null) return reply(said, "the pull request could not be read. Say it again.");
  if (line.text === null) return reply(said, `${explainRejected(line)}.`);
  const known = wordingOf(state.memory.wordings, pull);
  const { url, at } = said;
  // A newer one was heard first. The same one is kept once more where it was interrupted.
  if (known !== null && known.at > at) return { kind: "nothing" };
  return { kind: "worded", wording: { pull, text, by: by.login, url, at } };
}

/** Of a pull that no line has among what it will release. */
export function judgeUnlisted({ pull, said }: Pick<Question, "pull" | "said">): Decision {
  const isOpen = pull?.isOpen === true;
  return isOpen
    ? reply(said, "it would be in no release now; the check `smallbatch/preview` says why.")
    : reply(said, "it was released already; edit the notes of that release on its page.");
}

/** Told once more, after a crash or by GitHub: nobody is answered who was obeyed. */
function reply({ isTaken }: Question["said"], text: string): Decision {
  return isTaken ? { kind: "nothing" } : answer(text);
}

/** What was wrong with it, and what to do. */
function explainRejected({ rejected }: NoteLine): string {
  const reasons = rejected?.reasons ?? [];
  // They name words of the text, and whoever opened a pull may say it.
  const why = reasons.length === 0 ? "it could not be verified" : inertText(reasons.join("; "));
  return (
    `${why}. A line says in plain words what the pull request itself says or shows: without links, ` +
    "names of people and numbers of pull requests, which are added"
  );
}
