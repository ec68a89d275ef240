import { z } from "zod";
import { explainGlob } from "../glob.ts";
import { DEFAULT_SIZE, SIZE_KINDS } from "./size-policy.ts";
import type { SizePolicy } from "./size-policy.ts";

/** Patterns, and limits of their own, in one policy. */
const PATHS_MAX = 50;
const OWN_MAX = 20;

const weight = z.number().min(0).max(10);
const count = z.number().int().min(0).max(1_000_000);
const { weights, limits } = DEFAULT_SIZE;

const pattern = z.string().superRefine((value, context) => {
  const wrong = explainGlob(value);
  if (wrong !== null) context.addIssue({ code: "custom", message: `the pattern ${wrong}` });
});

function limitOf(usual: { readonly lines: number; readonly files: number }) {
  return z.strictObject({
    lines: count.default(usual.lines).describe("Most weighted lines."),
    files: count.default(usual.files).describe("Most files with lines that count."),
  });
}

const limitKeys = {
  warn: limitOf(limits.warn).prefault({}).describe("More than this is said to be large."),
  limit: limitOf(limits.limit).prefault({}).describe("More than this is too large."),
};

/** Five numbers, each larger than the one before. */
const steps = z
  .array(count)
  .length(5)
  .refine((numbers) => numbers.every((one, at) => at === 0 || one > Number(numbers[at - 1])), {
    error: "each of the five numbers is larger than the one before",
  });

const own = z
  .strictObject({
    path: pattern.optional().describe("Files of this pattern."),
    component: z.string().min(1).max(100).optional().describe("Files of this component."),
    ...limitKeys,
  })
  .refine((limit) => (limit.path === undefined) !== (limit.component === undefined), {
    error: "it names either a path or a component",
  });

/** `size:` of the policy: what counts how much, and how much is too much. */
export const sizeSchema = z
  .strictObject({
    check: z
      .enum(["off", "advisory", "required"])
      .default("advisory")
      .describe("The check on open pulls: none, one that never fails, or one that can."),
    labels: z
      .enum(["on", "off"])
      .default("off")
      .describe("A label from size/XS to size/XXL on every open pull."),
    weights: z
      .strictObject({
        code: weight.default(weights.code),
        tests: weight.default(weights.tests),
        docs: weight.default(weights.docs),
        generated: weight.default(weights.generated),
        vendored: weight.default(weights.vendored),
        lock: weight.default(weights.lock),
        snapshot: weight.default(weights.snapshot),
        minified: weight.default(weights.minified),
      })
      .prefault({})
      .describe("What an added line counts, by what its file is."),
    deletions: weight
      .default(DEFAULT_SIZE.deletions)
      .describe("What a deleted line counts beside an added one."),
    deletedFiles: z
      .enum(["one", "lines", "none"])
      .default("one")
      .describe("A file that is deleted whole counts as one line, by its lines, or not at all."),
    paths: z
      .record(z.string(), z.enum(SIZE_KINDS))
      .superRefine((paths, context) => {
        const patterns = Object.keys(paths);
        if (patterns.length > PATHS_MAX) {
          const message = `${patterns.length} patterns, more than ${PATHS_MAX}`;
          context.addIssue({ code: "custom", message });
        }
        for (const one of patterns) {
          const wrong = explainGlob(one);
          if (wrong === null) continue;
          const message = `the pattern ${wrong}`;
          context.addIssue({ code: "custom", path: [one], message, params: { at: "key" } });
        }
      })
      .default({})
      .describe("What files are, by pattern; the last that fits counts."),
    buckets: steps
      .default([...DEFAULT_SIZE.buckets])
      .describe("Weighted lines with which S, M, L, XL and XXL begin."),
    spread: steps.default([...DEFAULT_SIZE.spread]).describe("Most files of XS, S, M, L and XL."),
    ...limitKeys,
    limits: z
      .array(own)
      .max(OWN_MAX)
      .default([])
      .describe("Limits of paths or components, whose files are judged apart from the rest."),
    exempt: z
      .array(z.string().regex(/^[\w-]{1,100}(?:\[bot\])?$/))
      .max(OWN_MAX)
      .default([])
      .describe("Bots whose pull requests no limit holds, such as renovate."),
  })
  .describe("How large a change is, and how large it may be.");

export const SIZE_EXAMPLES = {
  size: "size: { limit: { lines: 800 } }",
  "size.check": "check: advisory (or off, required)",
  "size.labels": "labels: on (or off)",
  "size.weights": "weights: { tests: 0.5 }",
  ...Object.fromEntries(
    SIZE_KINDS.map((kind) => [`size.weights.${kind}`, `${kind}: ${weights[kind]} (0 to 10)`]),
  ),
  "size.deletions": "deletions: 0.5 (0 to 10)",
  "size.deletedFiles": "deletedFiles: one (or lines, none)",
  "size.paths": `paths: { "api/**": generated } (or ${SIZE_KINDS.filter((kind) => kind !== "generated").join(", ")})`,
  "size.buckets": "buckets: [10, 30, 100, 400, 1000] (rising)",
  "size.spread": "spread: [2, 5, 10, 25, 60] (rising)",
  "size.warn": "warn: { lines: 400, files: 25 }",
  "size.warn.lines": "lines: 400",
  "size.warn.files": "files: 25",
  "size.limit": "limit: { lines: 1000, files: 60 }",
  "size.limit.lines": "lines: 1000",
  "size.limit.files": "files: 60",
  "size.limits": 'limits: [{ path: "proto/**", limit: { lines: 4000 } }]',
  "size.limits.path": 'path: "proto/**"',
  "size.limits.component": "component: core (one of `components`)",
  "size.limits.warn": "warn: { lines: 400, files: 25 }",
  "size.limits.warn.lines": "lines: 400",
  "size.limits.warn.files": "files: 25",
  "size.limits.limit": "limit: { lines: 1000, files: 60 }",
  "size.limits.limit.lines": "lines: 1000",
  "size.limits.limit.files": "files: 60",
  "size.exempt": "exempt: [renovate] (logins of bots)",
} as const;

/** The parts of a policy that sizes depend on. */
interface SizeKeys {
  readonly size?: z.infer<typeof sizeSchema> | undefined;
  readonly components?: readonly { readonly name: string; readonly path: string }[] | undefined;
}

/** Limits of a component that there is not; null: none. */
export function findSizeConflict(
  policy: SizeKeys,
): { readonly path: PropertyKey[]; readonly message: string } | null {
  const names = policy.components?.map(({ name }) => name) ?? [];
  for (const [at, { component }] of (policy.size?.limits ?? []).entries()) {
    if (component === undefined || names.includes(component)) continue;
    const path = ["size", "limits", at, "component"];
    return { path, message: `no component has the name ${component}` };
  }
  return null;
}

/** How a policy lets sizes be told. */
export interface SizeTelling {
  readonly check: "off" | "advisory" | "required";
  readonly labels: boolean;
}

export function sizeTellingOf({ size }: SizeKeys): SizeTelling {
  return { check: size?.check ?? "advisory", labels: size?.labels === "on" };
}

/** How a policy measures. */
export function sizePolicyOf({ size, components }: SizeKeys): SizePolicy {
  if (size === undefined) return DEFAULT_SIZE;
  const { warn, limit, limits: rows } = size;
  const { weights: weighs, deletions, deletedFiles, paths, buckets, spread } = size;
  const folders = new Map(components?.map(({ name, path }) => [name, path]));
  return {
    weights: weighs,
    deletions,
    deletedFiles,
    paths,
    buckets,
    spread,
    limits: { warn, limit },
    own: rows.map(({ path, component = "", warn: ownWarn, limit: ownLimit }) => ({
      name: path ?? component,
      pattern: path ?? `/${String(folders.get(component))}/`,
      warn: ownWarn,
      limit: ownLimit,
    })),
  };
}
