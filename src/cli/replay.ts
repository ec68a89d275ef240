import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import { AppError } from "../errors.ts";
import { EXIT } from "./exit.ts";
import { openProgress } from "./replay/progress.ts";
import type { Progress } from "./replay/progress.ts";
import { readLocal } from "./replay/read.ts";
import type { LocalRead, ReplayAsked } from "./replay/read.ts";
import type { SizesReport } from "./replay/sizes.ts";

interface Options {
  readonly repo: string;
  readonly branch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly policy?: string;
  readonly component?: string;
  readonly json?: boolean;
  readonly html?: string;
  readonly sizes?: boolean;
  readonly split?: string;
  readonly minAgreement?: string;
}

/** `smallbatch replay`: what Smallbatch would have released in a local history. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("replay a local git history: versions against its tags, and policies")
    .option("--repo <path>", "the repository, bare or not", ".")
    .option("--branch <ref>", "the branch; without it what is checked out")
    .option("--from <tag>", "begin after this version tag; without it after the first")
    .option("--to <ref>", "end at this commit or tag of the branch; without it at its head")
    .option("--policy <file>", `a policy (${POLICY_PATH}) to replay beside the usual ones`)
    .option("--component <name>", "one component of the policy, by its tags and its paths")
    .option("--json", "print JSON")
    .option("--html <file>", "write a page with charts, to show to a team")
    .option("--sizes", "how large merges were, and which size limit could be kept")
    .option("--split <date>", "compare what came before and after a day, e.g. 2026-06-01")
    .option("--min-agreement <ratio>", "exit 1 where fewer tags agree, e.g. 0.99")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const least = readRatio(options.minAgreement);
      const asked = await readAsked(options);
      checkSizes(options);
      const progress = openProgress(process.stderr, () => performance.now());
      if (options.split !== undefined) {
        await replaySplit({ ...asked, splitAt: readDay(options) }, progress, options);
        return;
      }
      // The rules are loaded while git reads.
      const [read, { judgeLocal }] = await Promise.all([
        readLocal(asked, progress),
        import("./replay/run.ts"),
      ]).catch((error: unknown) => {
        progress.end();
        throw error;
      });
      const sizes = options.sizes === true ? await judgeLocalSizes(asked, read, progress) : null;
      if (sizes !== null && options.html === undefined) {
        progress.end();
        await printSizes(sizes, options);
        return;
      }
      const replayed = judgeLocal(asked, read, progress);
      progress.end();
      const { report } = replayed;
      if (options.html !== undefined) {
        const { renderPage } = await import("./replay/page.ts");
        await write(options.html, await renderPage(replayed, sizes));
      }
      if (sizes !== null) {
        await printSizes(sizes, options);
        return;
      }
      const { renderReport } = await import("./replay/text.ts");
      const text = options.json === true ? JSON.stringify(report, null, 2) : renderReport(report);
      process.stdout.write(`${text}\n`);
      const { ratio } = report.agreement;
      if (least !== null && ratio !== null && ratio < least) process.exitCode = EXIT.failed;
      if (least !== null && ratio === null) {
        process.stderr.write("smallbatch: --min-agreement: there was no tag to compare\n");
      }
    });
}

/** Before and after a day. */
async function replaySplit(
  asked: ReplayAsked & { readonly splitAt: number },
  progress: Progress,
  { html, json }: Options,
): Promise<void> {
  try {
    const [read, { judgeSplit }] = await Promise.all([
      readLocal(asked, progress),
      import("./replay/split.ts"),
    ]);
    const split = await judgeSplit(asked, read, progress);
    progress.end();
    if (html !== undefined) {
      const { renderSplitPage } = await import("./replay/split-page.ts");
      await write(html, await renderSplitPage(split));
    }
    const { renderSplit } = await import("./replay/split-text.ts");
    const text = json === true ? JSON.stringify(split.report, null, 2) : renderSplit(split.report);
    process.stdout.write(`${text}\n`);
  } finally {
    progress.end();
  }
}

/** Midnight in UTC. A comparison of days needs no other option than where to read. */
function readDay({ split = "", sizes, component, minAgreement, from }: Options): number {
  const others = { sizes, component, "min-agreement": minAgreement, from };
  const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined) {
    throw usage(`--split and --${other} exclude each other: leave one of them out`);
  }
  const at = /^\d{4}-\d{2}-\d{2}$/.test(split) ? Date.parse(split) : Number.NaN;
  if (Number.isNaN(at)) throw usage(`--split ${split}: a day, e.g. 2026-06-01`);
  return at;
}

/** Sizes are of whole merges, and have no tags to agree with. */
function checkSizes({ sizes, component, minAgreement }: Options): void {
  if (sizes !== true) return;
  const other = component === undefined ? minAgreement : component;
  if (other === undefined) return;
  const name = component === undefined ? "--min-agreement" : "--component";
  throw usage(`--sizes and ${name} exclude each other: leave one of them out`);
}

async function judgeLocalSizes(
  asked: ReplayAsked,
  read: LocalRead,
  progress: Progress,
): Promise<SizesReport> {
  const { judgeSizes } = await import("./replay/sizes.ts");
  return judgeSizes(asked, read, progress).catch((error: unknown) => {
    progress.end();
    throw error;
  });
}

async function printSizes(sizes: SizesReport, { json }: Options): Promise<void> {
  const { renderSizes } = await import("./replay/size-text.ts");
  const text = json === true ? JSON.stringify(sizes, null, 2) : renderSizes(sizes);
  process.stdout.write(`${text}\n`);
}

const HELP = `
Needs no account and no network; the git program does the reading. It asks:
1. At each version tag of the branch: which version would Smallbatch have chosen
   from the tag before, and is it the one that was given?
2. Merge by merge: what would each policy have released, when, and how long
   would work have waited, beside what really happened?

  smallbatch replay                           the repository you stand in
  smallbatch replay --repo ../widgets.git --branch main --html replay.html
  smallbatch replay --policy .github/smallbatch.yml --from v2.0.0 --json
  smallbatch replay --sizes                   how large merges were, and limits
  smallbatch replay --split 2026-06-01 --html split.html
                                              before and after a day

Exit codes: 0 done, 1 below --min-agreement, 2 called wrongly, 3 no usable
repository (none at all, shallow, without a commit, without what was asked for).
More: docs/replay.md`;

function usage(message: string, cause?: unknown): AppError {
  return new AppError("usage/invalid", message, { retry: { kind: "never" }, cause });
}

function readRatio(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ratio = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw usage(`--min-agreement ${text}: a number from 0 to 1, e.g. 0.99`);
}

async function readAsked(options: Options): Promise<ReplayAsked> {
  const { repo, branch = null, from = null, to = null, policy: file, component = "" } = options;
  const policy = file === undefined ? null : await readPolicy(file);
  const names = (policy?.policy.components ?? []).map(({ name }) => name);
  if (component !== "" && !names.includes(component)) {
    const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw usage(
      file === undefined
        ? `--component ${component}: name a policy with --policy, whose \`components\` say its path`
        : `--component ${component} is no component of ${file}: ${known}`,
    );
  }
  return { folder: repo, branch, from, to, policy, component };
}

async function readPolicy(file: string): Promise<NonNullable<ReplayAsked["policy"]>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw usage(`--policy: ${file} cannot be read (${messageOf(error)})`, error);
  });
  const { parsePolicy } = await import("../core/policy/policy.ts");
  const { formatPolicyError } = await import("../core/policy/policy-errors.ts");
  const sizeBytes = Buffer.byteLength(text);
  const parsed = parsePolicy({ path: file, sha: "", text, sizeBytes });
  if (parsed.kind === "valid") return { name: path.basename(file), policy: parsed.policy };
  const errors = parsed.errors.map((error) => formatPolicyError(error).replace(POLICY_PATH, file));
  throw usage(`--policy:\n  ${errors.join("\n  ")}`);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw usage(`--html: ${file} cannot be written (${messageOf(error)})`, error);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
