import { POLICY_PATH } from "../../core/policy/policy-errors.ts";
import { AttributeRules } from "../../core/size/attributes.ts";
import type { SplitPlan } from "../../core/size/size-plan.ts";
import { DEFAULT_SIZE } from "../../core/size/size-policy.ts";
import type { SizePolicy } from "../../core/size/size-policy.ts";
import { measureSize } from "../../core/size/size.ts";
import type { Change, Size } from "../../core/size/size.ts";
import { AppError } from "../../errors.ts";
import { readChange } from "../../git/size.ts";
import type { LocalChange } from "../../git/size.ts";
import { EXIT } from "../exit.ts";
import type { SizeOptions } from "./words.ts";

/** `smallbatch size`: how large a change is for a reviewer, before it is pushed. */
export async function runSize(options: SizeOptions): Promise<void> {
  const { base = null, head = "HEAD", staged: isStaged = false, repo: folder = "." } = options;
  if (isStaged && options.head !== undefined) {
    throw usage("--staged and --head exclude each other: measure either the index or a commit");
  }
  const asked = { folder, base, head, isStaged };
  const change = await readChange(asked).catch((error: unknown) => {
    if (options.json === true) sayUnknown(error);
    throw error;
  });
  const policy = await readSizePolicy(options.policy, change);
  const rules = new AttributeRules(change.attributeFiles);
  const measured: Change = {
    files: change.files,
    isTruncated: false,
    attributesOf: (path) => rules.of(path),
  };
  const size = measureSize(measured, policy);
  const plan = options.plan === true ? await readPlan(folder, change, { size, measured }) : null;
  if (options.json === true) {
    const json = toJson(size, policy, { change, plan: plan?.plan });
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  } else {
    const { renderSize } = await import("./text.ts");
    const text = [renderSize(size, change.base), ...(plan === null ? [] : ["", plan.text])];
    process.stdout.write(`${text.join("\n")}\n`);
  }
  if (size.verdict === "over") process.exitCode = EXIT.failed;
}

function usage(message: string, cause?: unknown): AppError {
  return new AppError("usage/invalid", message, { retry: { kind: "never" }, cause });
}

/** Who reads JSON gets a verdict too where the size cannot be known, beside what standard error says. */
function sayUnknown(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== "git/incomplete") return;
  process.stdout.write(`${JSON.stringify({ verdict: "unknown", why: error.message }, null, 2)}\n`);
}

interface JsonParts {
  readonly change: LocalChange;
  /** Undefined: nobody asked for it. */
  readonly plan: SplitPlan | null | undefined;
}

function toJson(
  size: Size,
  policy: SizePolicy,
  { change, plan }: JsonParts,
): Record<string, unknown> {
  const { verdict, bucket, lines, files, list, ...rest } = size;
  const { base, mergeBase } = change;
  const { limits } = policy;
  return { verdict, bucket, lines, files, limits, base, mergeBase, ...rest, plan, list };
}

/** Loaded only where it is asked for, as the rules of policies. */
async function readPlan(
  folder: string,
  change: LocalChange,
  { size, measured }: { readonly size: Size; readonly measured: Change },
): Promise<{ readonly plan: SplitPlan | null; readonly text: string }> {
  const [{ planSplit }, { readSplitFacts }, { renderPlan }] = await Promise.all([
    import("../../core/size/size-plan.ts"),
    import("../../git/size-plan.ts"),
    import("./plan-text.ts"),
  ]);
  const facts = await readSplitFacts(folder, change, size);
  const plan = planSplit({ size, change: measured, ...facts });
  return { plan, text: renderPlan(plan) };
}

/** The rules of policies are loaded only where there is one: they take longer than the measuring. */
async function readSizePolicy(file: string | undefined, change: LocalChange): Promise<SizePolicy> {
  if (file === undefined && change.policy === null) return DEFAULT_SIZE;
  const [{ parsePolicy }, { formatPolicyError }, { sizePolicyOf }] = await Promise.all([
    import("../../core/policy/policy.ts"),
    import("../../core/policy/policy-errors.ts"),
    import("../../core/size/size-schema.ts"),
  ]);
  const name = file ?? POLICY_PATH;
  const text = file === undefined ? change.policy : await readText(file);
  const sizeBytes = Buffer.byteLength(text ?? "");
  const parsed = parsePolicy({ path: name, sha: "", text, sizeBytes });
  if (parsed.kind === "valid") return sizePolicyOf(parsed.policy);
  const errors = parsed.errors.map((error) => formatPolicyError(error).replace(POLICY_PATH, name));
  throw usage(`the policy is wrong:\n  ${errors.join("\n  ")}`);
}

async function readText(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(file, "utf8").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`--policy: ${file} cannot be read (${why})`, error);
  });
}
