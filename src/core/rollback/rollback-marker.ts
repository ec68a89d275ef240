import { z } from "zod";
import type { Sign } from "../desk/desk-marker.ts";
import { inertJson } from "../inert.ts";
import { agentCommentSchema } from "./agent-comment.ts";
import { dispatchSchema } from "./dispatch.ts";
import { fieldsOf, parseObject } from "./json-object.ts";
import { riskSchema } from "./risk-schema.ts";
import { boxesAskedSchema } from "./rollback-box.ts";
import type { Rollback } from "./rollback.ts";

/**
 * The hidden state of a rollback issue: all that is known of the rollback, so that a database that is
 * new goes on with it. Signed, as that of the desk is, and of one repository.
 */

export interface RollbackKept {
  /** `keyOfLine` of the line of the release. */
  readonly line: string;
  readonly rollback: Omit<Rollback, "issue" | "openingAt" | "said">;
}

const MARKER = /^<!-- smallbatch:rollback v1 repository=(\d+) -->[ \t]*\r?$/m;
const STATE = /^<!-- smallbatch:rollback-state v1 (\{.*\}) ([0-9a-f]{64}) -->[ \t]*\r?$/m;

const instant = z.number().int();
const release = z.object({ id: z.number().int(), tag: z.string() });
const pulls = z
  .object({
    shown: z.array(
      z.object({
        number: z.number().int(),
        title: z.string().nullable(),
        author: z.string().nullable(),
      }),
    ),
    count: z.number().int(),
  })
  .nullable();

const restoration = z.object({
  branch: z.string(),
  commit: z.string().nullable(),
  pull: z.object({ number: z.number().int(), url: z.string() }).nullable(),
  state: z.enum([
    "restoring",
    "conflicted",
    "waiting",
    "manual",
    "merged",
    "released",
    "abandoned",
    "refused",
  ]),
  since: instant,
  reason: z.string().nullable(),
  inTheWay: z.array(z.number().int()),
  mergedSha: z.string().nullable(),
  releasedTag: z.string().nullable(),
});

const reland = z.object({
  by: z.string(),
  branch: z.string(),
  commit: z.string().nullable(),
  pull: z.object({ number: z.number().int(), url: z.string() }).nullable(),
  state: z.enum(["asked", "open", "refused"]),
  since: instant,
  reason: z.string().nullable(),
});

const keptSchema = z.object({
  repository: z.number().int(),
  line: z.string(),
  rollback: z.object({
    release,
    good: release.nullable(),
    movesLatest: z.boolean(),
    restore: z
      .object({ before: z.string(), path: z.string().nullable(), others: z.array(z.string()) })
      .nullable(),
    affected: z.array(release),
    unmarked: z.number().int().exactOptional(),
    pulls,
    loses: pulls,
    by: z.string(),
    reason: z.string(),
    url: z.string(),
    at: instant,
    steps: z.record(z.string(), z.object({ at: instant, refused: z.string().nullable() })),
    restoration: restoration.nullable().default(null),
    reland: reland.nullable().default(null),
    risk: riskSchema.nullable().default(null),
    resumedAt: instant.nullable(),
    boxes: boxesAskedSchema.exactOptional(),
    agent: agentCommentSchema.exactOptional(),
    dispatch: dispatchSchema.exactOptional(),
  }),
});

/** First line of every rollback issue. Anybody can copy it. */
export function formatRollbackMarker(repository: number): string {
  return `<!-- smallbatch:rollback v1 repository=${repository} -->`;
}

/** Does it look like one? Whoever asks knows that we wrote it. */
export function hasRollbackMarker(body: string): boolean {
  return MARKER.test(body);
}

/** Was the line changed that keeps the rollback for a database that is new? */
export function isStateChanged(before: string, after: string): boolean {
  return STATE.exec(before)?.[0] !== STATE.exec(after)?.[0];
}

/**
 * Does the text know less than the one before it? A request of ours that was on its way for long, while
 * another replica went on, writes an old text over a new one.
 */
export function isStateOlder(before: string, after: string): boolean {
  return countSteps(after) < countSteps(before);
}

/** Steps that are done; what was refused is forgotten where somebody asks again. */
function countSteps(body: string): number {
  const [, json = ""] = STATE.exec(body) ?? [];
  const { steps } = fieldsOf(parseObject(json)["rollback"]);
  return Object.keys(fieldsOf(steps)).length;
}

/** A line of its own in the body. */
export function formatRollbackState(
  repository: number,
  { line, rollback }: RollbackKept,
  sign: Sign,
): string {
  const json = inertJson({ repository, line, rollback: keptSchema.shape.rollback.parse(rollback) });
  return `<!-- smallbatch:rollback-state v1 ${json} ${sign(json)} -->`;
}

/** Null: it is no rollback issue of this repository, or its state was changed. */
export function readRollbackState(
  body: string,
  repository: number,
  sign: Sign,
): RollbackKept | null {
  const [, json = "", signature] = STATE.exec(body) ?? [];
  const [, written] = MARKER.exec(body) ?? [];
  if (signature === undefined || Number(written) !== repository) return null;
  if (sign(json) !== signature) return null;
  const kept = keptSchema.safeParse(JSON.parse(json));
  if (!kept.success || kept.data.repository !== repository) return null;
  const { line, rollback } = kept.data;
  return { line, rollback };
}
