import { z } from "zod";
import { wordingSchema } from "../evidence/wording.ts";
import type { Wording } from "../evidence/wording.ts";
import { inertJson } from "../inert.ts";
import type { Memory, Order, PersonHold, Resumed } from "../memory.ts";

/**
 * The desk's hidden state: what people decided, so that a database that is new finds it again. It is
 * signed, because whoever has write may edit the text, and names its repository, because it can be
 * copied. Text that does not verify is nothing.
 */

/** A keyed digest, in hexadecimal digits. */
export type Sign = (text: string) => string;

export interface DeskKept {
  /** By `keyOfLine`. */
  readonly lines: readonly {
    readonly line: string;
    readonly hold: PersonHold | null;
    readonly order: Order | null;
    readonly resumedAt: number | null;
    /** Absent: nobody did, or nobody knows. */
    readonly resumed?: Resumed | undefined;
  }[];
  readonly raised: readonly string[];
  /** How people want lines of the notes to read; each belongs to the lines that have its pull. */
  readonly wordings?: readonly Wording[];
}

/** Lines that somebody holds come first; more are not kept. */
const LINES_MAX = 20;
const REASON_CHARS_MAX = 100;

const STATE = /^<!-- smallbatch:desk-state v1 (\{.*\}) ([0-9a-f]{64}) -->[ \t]*\r?$/m;

const instant = z.number().int();

const keptSchema = z.object({
  repository: z.number().int(),
  lines: z.array(
    z.object({
      line: z.string(),
      hold: z
        .object({
          by: z.string(),
          reason: z.string(),
          url: z.string().nullable(),
          at: instant,
          rollback: z.string().optional(),
        })
        .nullable(),
      order: z
        .object({
          how: z.enum(["prepared", "now", "as"]),
          version: z.string().nullable(),
          level: z.enum(["major", "minor", "patch"]),
          base: z.string().nullable(),
          by: z.string(),
          url: z.string(),
          at: instant,
        })
        .nullable(),
      resumedAt: instant.nullable(),
      resumed: z
        .object({ by: z.string(), reason: z.string(), url: z.string(), at: instant })
        .optional(),
    }),
  ),
  raised: z.array(z.string()),
  wordings: z.array(wordingSchema).optional(),
});

/** What of a line's memory belongs on the desk; null: nothing. */
export function keepLine(
  line: string,
  { hold, order, resumedAt, resumed }: Pick<Memory, "hold" | "order" | "resumedAt" | "resumed">,
): DeskKept["lines"][number] | null {
  if (hold === null && order === null && resumedAt === null) return null;
  return { line, hold, order, resumedAt, ...(resumed === null ? {} : { resumed }) };
}

/** A line of its own in the body. */
export function formatDeskState(
  repository: number,
  { lines, raised, wordings = [] }: DeskKept,
  sign: Sign,
): string {
  const first = lines.toSorted(
    (left, right) => Number(right.hold !== null) - Number(left.hold !== null),
  );
  const kept = first.slice(0, LINES_MAX).map(({ hold, resumed, ...each }) => ({
    ...each,
    hold: hold === null ? null : cutReason(hold),
    ...(resumed === undefined ? {} : { resumed: cutReason(resumed) }),
  }));
  const worded = wordings.length === 0 ? {} : { wordings };
  const json = inertJson({ repository, lines: kept, raised, ...worded });
  return `<!-- smallbatch:desk-state v1 ${json} ${sign(json)} -->`;
}

function cutReason<T extends { readonly reason: string }>(said: T): T {
  return { ...said, reason: said.reason.slice(0, REASON_CHARS_MAX) };
}

/** Null: there is none, it was changed, or it is another repository's. */
export function readDeskState(body: string, repository: number, sign: Sign): DeskKept | null {
  const [, json = "", signature] = STATE.exec(body) ?? [];
  if (signature === undefined || sign(json) !== signature) return null;
  const kept = keptSchema.safeParse(JSON.parse(json));
  if (!kept.success || kept.data.repository !== repository) return null;
  const { lines, raised, wordings } = kept.data;
  return { lines, raised, ...(wordings === undefined ? {} : { wordings }) };
}
