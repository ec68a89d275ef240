import type { FileChange } from "../changed-files.ts";
import type { DiffSize } from "../git-history.ts";
import { issuesClosedBy } from "../keywords.ts";
import { isPull, type Pull } from "../pull-heads.ts";
import { isMergeable, pullFiles, pullSize } from "../pull-range.ts";
import type { Issue, Repository } from "../world.ts";
import { repositoryOf, type Scope } from "./scope.ts";

/** GitHub lists no more commits of one pull than this. */
const COMMITS_MAX = 250;

/** What a pull is compared with: its base branch, or what that was when it was closed. */
async function baseOf(scope: Scope, issue: Pull): Promise<string> {
  const { baseRef, baseSha } = issue.pull;
  if (issue.state !== "open") return baseSha;
  return (await scope.github.git.resolve(issue.repositoryId, `refs/heads/${baseRef}`)) ?? baseSha;
}

/** Names what a pull is compared between; what it holds changes only with it. */
async function rangeKey(scope: Scope, issue: Pull): Promise<string> {
  return `${issue.repositoryId} ${await baseOf(scope, issue)} ${issue.pull.headSha}`;
}

/** SHAs of the commits that a pull adds, oldest first. */
export async function commitsOfPull(scope: Scope, issue: Pull): Promise<string[]> {
  const { headSha } = issue.pull;
  const base = await baseOf(scope, issue);
  const graph = scope.reads.graph(issue.repositoryId);
  await graph.load([headSha, base]);
  return graph.beyond(headSha, base).slice(0, COMMITS_MAX);
}

/** What a pull changes since it left its base. */
export async function filesOfPull(scope: Scope, issue: Pull): Promise<readonly FileChange[]> {
  const key = await rangeKey(scope, issue);
  return scope.reads.files.get(key, () => pullFiles(scope.github, issue));
}

export async function sizeOfPull(scope: Scope, issue: Pull): Promise<DiffSize> {
  const key = await rangeKey(scope, issue);
  return scope.reads.pullSizes.get(key, () => pullSize(scope.github, issue));
}

/** `UNKNOWN` once it is closed. */
export async function mergeableOfPull(scope: Scope, issue: Pull): Promise<string> {
  const key = await rangeKey(scope, issue);
  if (issue.state !== "open") return "UNKNOWN";
  const isMergeableNow = await scope.reads.merges.get(key, () => isMergeable(scope.github, issue));
  return isMergeableNow ? "MERGEABLE" : "CONFLICTING";
}

/** Issues that the words of its body close; only a pull to the default branch closes any. */
export function closingIssues(scope: Scope, issue: Pull): Issue[] {
  const repository = repositoryOf(scope, issue.repositoryId);
  if (issue.pull.baseRef !== repository.defaultBranch) return [];
  return issuesClosedBy(scope.github, repository, issue.body ?? "");
}

/** A merge brought in one commit, its branch's, or their copies; an open pull holds its own. */
async function rangeOf(scope: Scope, issue: Pull): Promise<{ head: string; base: string }> {
  const { merged, mergeCommitSha, baseSha, headSha } = issue.pull;
  return merged
    ? { head: mergeCommitSha ?? baseSha, base: baseSha }
    : { head: headSha, base: await baseOf(scope, issue) };
}

type PullsBySha = ReadonlyMap<string, readonly Pull[]>;

const indexes = new WeakMap<Scope, Map<number, Promise<PullsBySha>>>();

/** Built once for each request: every commit of a list asks for the same. */
function indexOf(scope: Scope, repositoryId: number): Promise<PullsBySha> {
  const known = indexes.get(scope) ?? new Map<number, Promise<PullsBySha>>();
  indexes.set(scope, known);
  const found = known.get(repositoryId) ?? buildIndex(scope, repositoryId);
  known.set(repositoryId, found);
  return found;
}

async function buildIndex(scope: Scope, repositoryId: number): Promise<PullsBySha> {
  const pulls = scope.github.data.issues
    .filter(isPull)
    .filter(
      (issue) =>
        issue.repositoryId === repositoryId &&
        (issue.pull.merged || issue.state === "open") &&
        scope.github.knowsAssociation(issue),
    );
  const ranges = await Promise.all(pulls.map((issue) => rangeOf(scope, issue)));
  const graph = scope.reads.graph(repositoryId);
  await graph.load(ranges.flatMap(({ head, base }) => [head, base]));
  const index = new Map<string, Pull[]>();
  for (const [at, issue] of pulls.entries()) {
    const range = ranges[at];
    if (range === undefined) continue;
    for (const sha of graph.beyond(range.head, range.base)) {
      index.set(sha, [...(index.get(sha) ?? []), issue]);
    }
  }
  return index;
}

/** The merged pulls that brought a commit in; without any, the open ones that hold it. */
export async function associatedPulls(
  scope: Scope,
  repository: Repository,
  sha: string,
): Promise<readonly Pull[]> {
  const all = (await indexOf(scope, repository.id)).get(sha) ?? [];
  const merged = all.filter(({ pull }) => pull.merged);
  return merged.length > 0 ? merged : all;
}
