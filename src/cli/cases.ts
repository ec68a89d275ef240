import path from "node:path";
import { Command } from "commander";
import { parseDuration } from "../core/duration.ts";
import { isTagForm } from "../core/tag-form.ts";
import { AppError } from "../errors.ts";
import { findLocalCases } from "./cases/find.ts";
import type { CasesAsked, LocalCases } from "./cases/find.ts";
import { openAsking } from "./cases/hosted.ts";
import type { AskGitHub } from "./cases/hosted.ts";
import { renderCases, rowOf } from "./cases/text.ts";
import type { CaseRow } from "./cases/text.ts";
import { isThere, makeOut, nameCase, writeCase } from "./cases/write.ts";
import { openProgress } from "./replay/progress.ts";
import type { Progress } from "./replay/progress.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

interface Options {
  readonly out?: string;
  readonly repo: string;
  readonly branch?: string;
  readonly tag: string;
  readonly since?: string;
  readonly within: string;
  readonly json?: boolean;
}

/** `smallbatch cases`: what went wrong in a history, as cases to try agents and checks on. */
export function casesCommand(): Command {
  return new Command("cases")
    .description("make cases of releases that went wrong, to try agents and checks on")
    .argument("[owner/repo]", "ask GitHub for issues and checks, e.g. acme/widgets")
    .option("--out <dir>", "write a folder for each case there; without it they are listed")
    .option("--repo <path>", "the repository, bare or not", ".")
    .option("--branch <ref>", "the branch; without it what is checked out")
    .option("--tag <form>", "form of its version tags", "v{version}")
    .option("--since <when>", "fixes since a day (2026-01-31) or a time ago (90d)")
    .option("--within <time>", "a hotfix is released so soon after what it mends", "72h")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(async (argument: string | undefined, options: Options) => {
      const asked = readAsked(options, Date.now());
      const named = argument === undefined ? null : parseRepositoryArgument(argument);
      if (named !== null && options.out === undefined) {
        throw usage(`What GitHub says of ${argument} goes into files: name a folder with --out`);
      }
      // What is missing is said before anybody waits.
      const ask = named === null ? null : await openAsking(named);
      const progress = openProgress(process.stderr, () => performance.now());
      const found = await findLocalCases(asked, progress).finally(() => progress.end());
      const out = options.out ?? null;
      const rows =
        out === null
          ? found.cases.map((each) => rowOf(each, null))
          : await writeAll(out, found, { progress, named, ask });
      const { local, releases } = found;
      const repository = local.fullName ?? path.basename(path.resolve(asked.folder));
      const report = { repository, head: local.head, releases, out, cases: rows };
      const text = options.json === true ? JSON.stringify(report, null, 2) : renderCases(report);
      process.stdout.write(`${text}\n`);
    });
}

const HELP = `
Each rollback, each revert of released work and each hotfix is a case: the last
good, the bad and the fixing commit, what was said, the fix and its tests. Give
your agent the issue on the commit before the fix, then run the tests.

  smallbatch cases                                  list those of this folder
  smallbatch cases --out ../cases --since 180d
  smallbatch cases acme/widgets --repo ../widgets --out ../cases

A folder that is there stays as it is, also where somebody changed it. Needs no
account and no network, but for OWNER/REPO: then GitHub is asked what issues
said and which checks were green, by GITHUB_TOKEN, or APP_ID and PRIVATE_KEY.

Exit codes: 0 done, 1 git or GitHub failed, 2 called wrongly or --out cannot be
written, 3 no usable repository (none at all, shallow, without a commit).
More: docs/cases.md`;

const HOTFIX_MS_MAX = 90 * 24 * 3_600_000;

function readAsked(options: Options, now: number): CasesAsked {
  const { repo: folder, branch = null, tag: tagFormat, within } = options;
  const hotfixMs = parseDuration(within);
  if (hotfixMs === null || hotfixMs > HOTFIX_MS_MAX) {
    throw usage(`--within ${within}: a time of at most 90 days, e.g. 72h or 7d`);
  }
  if (!isTagForm(tagFormat)) {
    throw usage(`--tag ${tagFormat}: the form of tags has {version} once, e.g. v{version}`);
  }
  return { folder, branch, tagFormat, since: readSince(options.since, now), hotfixMs };
}

function readSince(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(day)) return day;
  throw usage(`--since ${text}: a day such as 2026-01-31, or a time ago such as 90d`);
}

async function writeAll(
  out: string,
  { local, cases }: LocalCases,
  {
    progress,
    named,
    ask,
  }: {
    readonly progress: Progress;
    /** Null: GitHub is not asked. */
    readonly named: { readonly owner: string; readonly name: string } | null;
    readonly ask: AskGitHub | null;
  },
): Promise<readonly CaseRow[]> {
  await makeOut(out);
  const rows: CaseRow[] = [];
  const { folder, fullName } = local;
  const repository = named === null ? fullName : `${named.owner}/${named.name}`;
  try {
    for (const [at, found] of cases.entries()) {
      const isKept = await isThere(out, nameCase(found));
      if (!isKept) {
        const facts = ask === null ? null : await ask(found);
        await writeCase(out, found, { folder, repository, facts });
      }
      rows.push(rowOf(found, isKept ? "kept" : "written"));
      progress.judging(at + 1, cases.length);
    }
  } finally {
    progress.end();
  }
  return rows;
}

function usage(message: string): AppError {
  return new AppError("usage/invalid", message, { retry: { kind: "never" } });
}
