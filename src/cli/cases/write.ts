import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { headline } from "../../core/conventional.ts";
import { failureCaseSchema, nameFolder } from "../../core/failure-cases/case-file.ts";
import type { FailureCase } from "../../core/failure-cases/case-file.ts";
import { renderCaseReadme, renderIssue } from "../../core/failure-cases/case-text.ts";
import type { Told } from "../../core/failure-cases/case-text.ts";
import type { CaseFound } from "../../core/failure-cases/find-cases.ts";
import { partOf } from "../../core/failure-cases/fix-files.ts";
import type { VersionTag } from "../../core/history.ts";
import { readMergedPull } from "../../core/merge-message.ts";
import { workOf } from "../../core/units.ts";
import type { Unit } from "../../core/units.ts";
import { AppError, invariant } from "../../errors.ts";
import { readFixPatch } from "../../git/fix-patch.ts";
import type { FilePatch } from "../../git/fix-patch.ts";

/** What GitHub knows of a case. */
export interface CaseFacts {
  readonly issues: NonNullable<FailureCase["issues"]>;
  readonly checks: FailureCase["checks"];
  /** Untrusted texts: of the issues, else of the pull. */
  readonly told: readonly Told[];
  readonly isOfFix: boolean;
  /** What the issues add to it. */
  readonly evidence: FailureCase["evidence"];
}

/** Larger fixes are no cases that anybody reads. */
const PATCH_BYTES_MAX = 2_000_000;

export function nameCase({ bad, fix }: CaseFound): string {
  return nameFolder(bad.tag?.tag.name ?? "", fix.sha);
}

/** Is there something of this name already? It is left as it is, whoever wrote it. */
export async function isThere(out: string, id: string): Promise<boolean> {
  const found = await lstat(path.join(out, id)).catch(() => null);
  return found !== null;
}

export async function makeOut(out: string): Promise<void> {
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    throw failed(out, cause);
  });
}

/** Whole or not at all: its folder gets its name when all stands in it. */
export async function writeCase(
  out: string,
  found: CaseFound,
  read: {
    readonly folder: string;
    readonly repository: string | null;
    /** Null: GitHub was not asked. */
    readonly facts: CaseFacts | null;
  },
): Promise<FailureCase> {
  const { folder, repository, facts } = read;
  const [before] = found.fix.commits.find(({ sha }) => sha === found.fix.sha)?.parents ?? [];
  invariant(before !== undefined, "what was released before the fix stands below it");
  const bytesMax = PATCH_BYTES_MAX;
  const files = await readFixPatch(folder, { sha: found.fix.sha, before, bytesMax });
  const tests = (files ?? []).filter(({ path: name }) => partOf(name) === "tests");
  const rest = (files ?? []).filter((file) => !tests.includes(file));
  const described = describe(found, { before, repository, facts, tests, rest });
  const told = facts !== null && facts.told.length > 0 ? facts.told : [tellFix(found.fix)];
  const part = path.join(out, `.partial-${described.id}`);
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    const write = (name: string, text: string | Buffer): Promise<void> =>
      writeFile(path.join(part, name), text, { flag: "wx" });
    await write("case.json", `${JSON.stringify(described, null, 2)}\n`);
    await write("issue.md", renderIssue(told, facts?.isOfFix ?? true));
    await write("README.md", renderCaseReadme(described));
    if (described.patches.fix) await write("fix.patch", join(rest));
    if (described.patches.tests) await write("tests.patch", join(tests));
    await rename(part, path.join(out, described.id));
  } catch (cause) {
    throw failed(path.join(out, described.id), cause);
  }
  return described;
}

function describe(
  found: CaseFound,
  read: {
    readonly before: string;
    readonly repository: string | null;
    readonly facts: CaseFacts | null;
    readonly tests: readonly FilePatch[];
    readonly rest: readonly FilePatch[];
  },
): FailureCase {
  const { kind, bad, fix, fixedIn, evidence } = found;
  const { before, repository, facts, tests, rest } = read;
  invariant(bad.tag !== null, "a case is of a release");
  return failureCaseSchema.parse({
    version: 1,
    id: nameCase(found),
    kind,
    isExplicit: evidence.some(({ sure }) => sure === "explicit"),
    evidence: [...evidence, ...(facts?.evidence ?? [])],
    repository,
    good: bad.tag.previous === null ? null : describeRelease(bad.tag.previous),
    bad: describeRelease(bad.tag),
    fix: {
      sha: fix.sha,
      before,
      pull: fix.pull?.number ?? numberOf(fix),
      at: new Date(fix.at).toISOString(),
      released: fixedIn.tag === null ? null : describeRelease(fixedIn.tag),
    },
    tests: tests.flatMap(({ path: name, status }) =>
      status === "D" ? [] : [{ path: name, change: status === "A" ? "added" : "changed" }],
    ),
    patches: { fix: rest.length > 0, tests: tests.length > 0 },
    issues: facts?.issues ?? null,
    checks: facts?.checks ?? null,
  } satisfies FailureCase);
}

function describeRelease({ tag }: VersionTag): FailureCase["bad"] {
  return { tag: tag.name, sha: tag.sha, at: new Date(tag.at).toISOString() };
}

/** Of a pull that was merged into another branch first. */
function numberOf({ commits, sha }: Unit): number | null {
  const own = commits.find((commit) => commit.sha === sha);
  return own === undefined ? null : (readMergedPull(own)?.number ?? null);
}

/** What the commits of the fix say of it. */
function tellFix(fix: Unit): Told {
  const whole = workOf(fix).map(({ message }) => message.trim());
  const body = whole.join("\n\n");
  // A single one begins with its title.
  const isTitled = body.startsWith(fix.title) && whole.length === 1;
  const rest = isTitled ? body.slice(headline(body).length).trim() : body;
  return {
    from: "the commit of the fix",
    title: isTitled ? headline(body) : fix.title,
    body: rest,
  };
}

function join(files: readonly FilePatch[]): Buffer {
  return Buffer.concat(files.map(({ patch }) => patch));
}

function failed(where: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `--out: ${where} cannot be written (${why})`;
  return new AppError("usage/invalid", message, { retry: { kind: "never" }, cause });
}
