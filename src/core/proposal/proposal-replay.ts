import { compareTag } from "../agreement.ts";
import type { Comparison } from "../agreement.ts";
import { readRange } from "../graph.ts";
import type { Node } from "../graph.ts";
import { buildHistory } from "../history.ts";
import type { History } from "../history.ts";
import { readMerges } from "../merges.ts";
import type { Merge, Merges } from "../merges.ts";
import type { Policy } from "../policy/policy-schema.ts";
import { replayPolicy } from "../replay.ts";
import type { Replay } from "../replay.ts";
import { isMostlyUntyped } from "../start.ts";
import type { Commit, Instant, LineState } from "../state.ts";
import { chooseTagFormat, compareVersions, formatTag, isStable, parseTag } from "../version.ts";

/** Merges that a proposal shows. */
const MERGES_SHOWN = 50;
/** Tags that are compared with what would have been chosen, newest first. */
const TAGS_COMPARED = 20;

/** What a repository's recent past says about a policy. */
export interface RecentPast {
  /** Merges that were replayed, the newest 50 at most. */
  readonly merges: readonly Merge[];
  readonly replay: Replay;
  /** Version that the first of them follows; null: there is none. */
  readonly base: string | null;
  /** The tag of a version, as the repository's tags look. */
  readonly nameVersion: (version: string) => string;
  /** Newest last. */
  readonly comparisons: readonly Comparison[];
}

/**
 * The last merges as a policy would have released them, and its tags against what would have been
 * chosen. `commits`: of the default branch, newest first, children before parents; enough of them.
 */
export function replayRecent(
  state: LineState,
  {
    commits,
    policy,
    now,
  }: {
    readonly commits: readonly Commit[];
    readonly policy: Policy;
    readonly now: Instant;
  },
): RecentPast {
  const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
  const history = historyOf(state, commits, format);
  const { merges, base } = withHabit(state, chooseMerges(state, history));
  const compared = history.tags.flatMap((tag) => compareTag(history, tag, policy) ?? []);
  return {
    merges: merges.list,
    replay: replayPolicy({ merges, policy, base, endsAt: now }),
    base,
    nameVersion: (version) => formatTag(version, format),
    comparisons: compared.slice(-TAGS_COMPARED),
  };
}

/** With the pulls as GitHub knows them, where it told; messages of commits tell of the others. */
function historyOf(state: LineState, commits: readonly Commit[], format: string): History {
  const { line, repository, tags, pulls } = state;
  const committedAt = new Map(commits.map((commit) => [commit.sha, commit.committedAt]));
  const history = buildHistory({
    commits,
    tags: tags.flatMap(({ name, sha }) => {
      const at = committedAt.get(sha);
      return at === undefined ? [] : [{ name, sha, at }];
    }),
    branch: line.branch,
    fullName: `${repository.owner}/${repository.name}`,
    tagFormat: format,
    scope: null,
  });
  const own = pulls.flatMap((pull) => {
    const node =
      pull.baseBranch === line.branch ? history.graph.bySha.get(pull.mergeSha) : undefined;
    return node === undefined ? [] : [[node, pull] as const];
  });
  const numbers = new Set(own.map(([, { number }]) => number));
  const others = [...history.pulls].filter(([, { number }]) => !numbers.has(number));
  return { ...history, pulls: new Map([...others, ...own]) };
}

/** GitHub knows labels, and merges that the commits do not go back to. */
function withHabit(
  { recentMerges }: LineState,
  { merges, base }: ReturnType<typeof chooseMerges>,
): ReturnType<typeof chooseMerges> {
  const isHabitUntyped = isMostlyUntyped(recentMerges);
  const list = merges.list.map((merge) => ({ ...merge, isHabitUntyped }));
  return { merges: { ...merges, list }, base };
}

/** The newest merges, and the version before them: where nobody can know it, after the first tag. */
function chooseMerges(
  state: LineState,
  history: History,
): { readonly merges: Merges; readonly base: string | null } {
  const all = readMerges(history, null);
  const list = all.list.slice(-MERGES_SHOWN);
  const base = versionBelow(history, list) ?? baseOutside(state, history);
  const first = history.tags.find(({ version }) => isStable(version));
  if (base !== null || first === undefined) return { merges: { ...all, list }, base };
  const since = readMerges(history, first.node);
  const later = since.list.slice(-MERGES_SHOWN);
  return { merges: { ...since, list: later }, base: first.version };
}

/** Highest stable version on a commit that the first of these merges was built on. */
function versionBelow({ graph, tags }: History, [first]: readonly Merge[]): string | null {
  const oldest = graph.bySha.get(first?.unit.commits[0]?.sha ?? "");
  const below = new Set<Node>(oldest?.parents.flatMap((parent) => readRange(graph, parent, null)));
  const versions = tags
    .filter(({ version, node }) => isStable(version) && below.has(node))
    .map(({ version }) => version)
    .toSorted(compareVersions);
  return versions.at(-1) ?? null;
}

/** Every commit that was read came after the base: it stands on an older one. */
function baseOutside({ baseTag }: LineState, { graph }: History): string | null {
  if (baseTag === null || graph.bySha.has(baseTag.sha)) return null;
  return parseTag(baseTag.name, chooseTagFormat(null, baseTag.name));
}
