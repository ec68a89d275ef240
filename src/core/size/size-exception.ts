import { z } from "zod";
import type { Batch } from "../batch.ts";
import type { ReleaseCard } from "../card.ts";
import type { Sign } from "../desk/desk-marker.ts";
import { inertCode, inertJson } from "../inert.ts";
import { judgeRight } from "../permission.ts";
import type { Narrowing } from "../permission.ts";
import { answer } from "../question.ts";
import type { Decision, Question } from "../question.ts";
import type { Instant, LineState, Permission, Sha } from "../state.ts";
import type { SizeTelling } from "./size-schema.ts";
import type { Size } from "./size.ts";

/**
 * Exceptions from the size limit: `/size-ok reason` lets one commit of a pull be as large as it is.
 * A later commit that is still too large needs it said again.
 */

/** Whose word it was, and of what. */
export interface SizeException {
  /** Login. */
  readonly by: string;
  /** Untrusted text of one line, never empty. */
  readonly reason: string;
  /** Head of the pull that it holds for, and no other. */
  readonly sha: Sha;
  /** Page where it was said; null: nobody knows any more. */
  readonly url: string | null;
  /** When it was said, by GitHub's clock. */
  readonly at: Instant;
}

/** Of a line, the newest: a pull that waits longer behind more of them is asked for again. */
const KEPT_MAX = 50;

/** Which exception lets a head be as large as it is; null: none. */
export function exceptionFor(facts: {
  readonly headSha: Sha;
  /** `Memory.sizeExceptions` of the line. */
  readonly kept: readonly SizeException[];
  /** What our own check on the head says, where a store was lost; null: nothing. */
  readonly shown: SizeException | null;
}): SizeException | null {
  const { headSha, kept, shown } = facts;
  return [...kept, shown].find((each) => each?.sha === headSha) ?? null;
}

/** With one more; the newer one of the same commit counts. */
export function keepException(
  kept: readonly SizeException[],
  exception: SizeException,
): readonly SizeException[] {
  return [exception, ...kept.filter(({ sha }) => sha !== exception.sha)].slice(0, KEPT_MAX);
}

/** Of the pulls that are released: those whose merged head was let through. */
export function describeExceptions(
  { memory }: Pick<LineState, "memory">,
  { units }: Batch,
): ReleaseCard["overrides"] {
  return units.flatMap(({ unit: { pull } }) => {
    const found = memory.sizeExceptions.find(({ sha }) => sha === pull?.headSha);
    if (pull === null || found === undefined) return [];
    const { by, reason, sha, url } = found;
    return [{ rule: "size", by, why: reason, sha, pull: pull.number, url }];
  });
}

/** Somebody of the repository. */
export interface Person {
  readonly login: string;
  readonly permission: Permission;
}

/** What is known of the pull that `/size-ok` was said on. */
export interface SizeStanding {
  readonly headSha: Sha;
  /** Login of who opened it. */
  readonly author: string;
  readonly verdict: Size["verdict"];
  readonly check: SizeTelling["check"];
  /** The sentence of the rule that exempts it; null: none does. */
  readonly exempt: string | null;
}

/** Decide about a `/size-ok` of somebody who has the permission. */
export function judgeException(
  { by, said, state }: Pick<Question, "by" | "said" | "state">,
  reason: string,
  asked: {
    readonly pull: SizeStanding;
    /** People with the permission, asked where the author says it; null: GitHub does not tell. */
    readonly people: readonly Person[] | null;
    readonly narrowing: Narrowing | null;
  },
): Decision {
  const { headSha: sha, author, verdict, check, exempt } = asked.pull;
  // Told once more, after a crash or by GitHub: nobody is answered who was obeyed.
  const reply = (text: string): Decision => (said.isTaken ? { kind: "nothing" } : answer(text));
  if (check === "off") {
    return reply("sizes are not judged here; `size.check` in `.github/smallbatch.yml` does that.");
  }
  if (exempt !== null) return reply(`there is no limit to lift: ${exempt}.`);
  if (verdict === "ok" || verdict === "warn") {
    return reply(`${sha.slice(0, 7)} is within the limit; nothing has to be lifted.`);
  }
  const other = isSame(by.login, author) ? findOther(author, asked) : null;
  if (other !== null) {
    return reply(`whoever opened a pull request does not lift its limit; ${other} can say it.`);
  }
  const kept = state.memory.sizeExceptions.find((each) => each.sha === sha);
  const { url, at } = said;
  // A newer one was heard first. The same one is kept once more where it was interrupted.
  if (kept !== undefined && kept.at > at) return { kind: "nothing" };
  return { kind: "lift", exception: { by: by.login, reason, sha, url, at } };
}

/** Who else may lift it, in words; null: nobody else. */
function findOther(
  author: string,
  { people, narrowing }: Pick<Parameters<typeof judgeException>[2], "people" | "narrowing">,
): string | null {
  if (people === null) return "GitHub does not tell who else may, so that somebody else";
  const others = people.filter(
    (person) =>
      !isSame(person.login, author) && judgeRight("liftSize", person, narrowing).kind === "may",
  );
  const [first] = others;
  if (first === undefined) return null;
  const name = inertCode(first.login);
  return others.length === 1 ? name : `${name}, or another person who may,`;
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

const MARKER = /^<!-- smallbatch:size-ok v1 (\{.*\}) ([0-9a-f]{64}) -->\r?(?:\n|$)/;

const keptSchema = z.object({
  repository: z.number().int(),
  by: z.string(),
  reason: z.string().min(1),
  sha: z.string(),
  url: z.string().nullable(),
  at: z.number().int(),
});

/**
 * The exception as the first line of the check's summary, hidden, so that a store that is new finds
 * it again. Signed: other workflows may write checks under the same App.
 */
export function formatException(
  repository: number,
  { by, reason, sha, url, at }: SizeException,
  sign: Sign,
): string {
  const json = inertJson({ repository, by, reason, sha, url, at });
  return `<!-- smallbatch:size-ok v1 ${json} ${sign(json)} -->`;
}

/** Null: there is none, it was changed, or it is of another repository or commit. */
export function readException(
  summary: string,
  {
    repository,
    sha,
    sign,
  }: { readonly repository: number; readonly sha: Sha; readonly sign: Sign },
): SizeException | null {
  const [, json = "", signature] = MARKER.exec(summary) ?? [];
  if (signature === undefined || sign(json) !== signature) return null;
  const kept = keptSchema.safeParse(JSON.parse(json));
  if (!kept.success || kept.data.repository !== repository || kept.data.sha !== sha) return null;
  const { by, reason, url, at } = kept.data;
  return { by, reason, sha, url, at };
}
