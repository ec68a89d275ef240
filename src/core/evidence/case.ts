import { z } from "zod";
import { answerSchema } from "./answer.ts";
import type { RawSource } from "./source.ts";

/**
 * An evaluation case: what notes were drafted from, what came of it, and what people made of it.
 * One JSON file or one row each. Its JSON Schema is published in
 * `docs/schemas/evaluation-case.v1.json`. Fields are only ever added; `case: 1` names this shape.
 */

/**
 * `notes`: what maintainers made of notes. `verifier`: a sentence that is published, or must not
 * be. `rollback`: released work was taken back; did its notes hide the risk? `injection`: a text
 * that tries to steer the model.
 */
export const CASE_KINDS = ["notes", "verifier", "rollback", "injection"] as const;

/** What an edit did to the line of a unit, or to a line about none. */
const CHANGE_KINDS = ["dropped", "added", "reworded", "recategorised", "number-changed"] as const;

/** Cases of releases with more pulls are kept in parts, as they were drafted. */
const SOURCES_MAX = 40;

const sourceFile = z.strictObject({
  path: z.string(),
  previousPath: z.string().nullable(),
  additions: z.number().int().min(0),
  deletions: z.number().int().min(0),
  patch: z.string().nullable(),
});

const source: z.ZodType<RawSource> = z.strictObject({
  unit: z.string().min(1).describe("`#12`, or the short SHA of a push without a pull."),
  pull: z.number().int().nullable(),
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
  commits: z.array(z.string()).describe("Whole messages, the oldest first."),
  files: z.array(sourceFile),
  isTruncated: z.boolean().describe("There were more files or commits than these."),
});

const style = z.strictObject({
  sends: z.enum(["titles", "diffs"]),
  model: z.string(),
  language: z.string(),
  audience: z.string(),
  tone: z.string(),
});

const from = z.strictObject({
  by: z
    .enum(["hand", "edit", "rejection", "revert", "rollback"])
    .describe("`hand`: somebody wrote the case. Otherwise what made Smallbatch keep it."),
  repository: z.string().nullable().describe("`owner/name`; null in a case written by hand."),
  tag: z.string().nullable(),
  at: z.string().nullable().describe("ISO 8601, UTC: when it was seen."),
  editor: z
    .string()
    .nullable()
    .optional()
    .describe("Login of who edited; null: GitHub did not tell. Absent where nobody edited."),
});

const usage = z.strictObject({
  inputTokens: z.number().int().min(0),
  outputTokens: z.number().int().min(0),
  cacheReadTokens: z.number().int().min(0),
  cacheWriteTokens: z.number().int().min(0),
});

const recorded = z.strictObject({
  model: z.string(),
  prompt: z
    .string()
    .nullable()
    .describe("Digest of the prompt and the schema that it answered; null: not known."),
  usage: usage.nullable(),
  costUsd: z.number().min(0).nullable().describe("Null: the price of the model is not known."),
});

const change = z.strictObject({
  kind: z.enum(CHANGE_KINDS),
  units: z.array(z.string()).describe("Units that the line names; empty: none."),
  before: z.string().nullable().describe("Line as published; null for one that was added."),
  after: z.string().nullable().describe("Line as edited; null for one that was dropped."),
  headings: z
    .strictObject({ before: z.string().nullable(), after: z.string().nullable() })
    .optional()
    .describe("Of one that was recategorised: what it stood under."),
});

export type EditChange = Readonly<z.infer<typeof change>>;

const expected = z.strictObject({
  accepted: z.array(z.string()).optional().describe("Units whose drafted sentence is right."),
  rejected: z
    .array(
      z.strictObject({
        unit: z.string(),
        codes: z.array(z.string()).optional().describe("Any of these; absent: whatever the code."),
      }),
    )
    .optional()
    .describe("Units whose drafted sentence must not be published."),
  fails: z.boolean().optional().describe("The draft as a whole must not be used."),
  breaking: z.array(z.string()).optional().describe("Units whose line must say that they break."),
  security: z.array(z.string()).optional().describe("Units whose line must be marked security."),
  risky: z.array(z.string()).optional().describe("Units that were taken back after the release."),
  forbidden: z
    .array(z.string().min(1))
    .optional()
    .describe("Texts that must not occur in what is published, in whatever case."),
  lines: z
    .array(z.strictObject({ unit: z.string(), text: z.string().min(1) }))
    .optional()
    .describe("What maintainers published, or would: the distance to it is measured."),
});

export const evaluationCaseSchema = z.strictObject({
  case: z.literal(1),
  kind: z.enum(CASE_KINDS),
  title: z.string().min(1).describe("What it shows, in one line."),
  from,
  sources: z.array(source).min(1).max(SOURCES_MAX),
  style: style.nullable().describe("How it was, or would be, drafted; null: nothing is drafted."),
  answer: answerSchema.nullable().describe("What was drafted, by slots; null: nothing was."),
  recorded: recorded
    .nullable()
    .describe("Who answered to what. Null: the answer was written by hand, or there is none."),
  published: z.string().nullable().describe("Notes as we published them; null: not known."),
  edited: z.string().nullable().describe("Notes as a maintainer left them; null: as published."),
  changes: z.array(change).describe("What the edit did, line by line."),
  expected,
});

export type EvaluationCase = z.infer<typeof evaluationCaseSchema>;

export type CaseRead =
  | { readonly kind: "read"; readonly case: EvaluationCase }
  /** One plain sentence without a trailing full stop: where, and what is wrong. */
  | { readonly kind: "wrong"; readonly why: string };

/** A case from the text of a file. Total. */
export function parseCase(text: string): CaseRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "wrong", why: "it is not JSON" };
  }
  const parsed = evaluationCaseSchema.safeParse(value);
  if (!parsed.success) {
    const [why = ""] = parsed.error.issues.map(({ path, message }) =>
      [...(path.length === 0 ? [] : [path.join(".")]), message].join(": "),
    );
    return { kind: "wrong", why };
  }
  const why = findContradiction(parsed.data);
  return why === null ? { kind: "read", case: parsed.data } : { kind: "wrong", why };
}

/** A case about units that it does not have would pass whatever happens. */
function findContradiction({ sources, expected: wanted }: EvaluationCase): string | null {
  const units = new Set<string>();
  for (const { unit } of sources) {
    if (units.has(unit)) return `sources: ${unit} stands twice`;
    units.add(unit);
  }
  const { accepted = [], rejected = [], breaking = [], security = [], lines = [] } = wanted;
  const named = [
    ...accepted,
    ...(wanted.risky ?? []),
    ...breaking,
    ...security,
    ...[...rejected, ...lines].map(({ unit }) => unit),
  ];
  const unknown = named.find((unit) => !units.has(unit));
  return unknown === undefined ? null : `expected: no source is called ${unknown}`;
}

/** As it stands in a file; the same case is always the same text. */
export function formatCase(kept: EvaluationCase): string {
  return `${JSON.stringify(evaluationCaseSchema.parse(kept), null, 2)}\n`;
}

/** JSON Schema of a case: `docs/schemas/evaluation-case.v1.json`. */
export function formatCaseSchema(): Record<string, unknown> {
  return {
    title: "Smallbatch evaluation case, version 1",
    ...z.toJSONSchema(evaluationCaseSchema),
  };
}
