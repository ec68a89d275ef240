import { chooseBase } from "../../core/base.ts";
import { readRange } from "../../core/graph.ts";
import type { Node } from "../../core/graph.ts";
import { buildHistory } from "../../core/history.ts";
import type { History } from "../../core/history.ts";
import { defaultLine, listOtherLines, policyOf } from "../../core/lines.ts";
import { groupLines, planLinked } from "../../core/linked.ts";
import { EMPTY_MEMORY } from "../../core/memory.ts";
import { plan } from "../../core/plan.ts";
import { DEFAULT_POLICY } from "../../core/policy/policy-schema.ts";
import type { Policy } from "../../core/policy/policy-schema.ts";
import { effectivePolicy } from "../../core/policy/policy.ts";
import type { Instant, Line, LineState, PolicyFile, Sha, TagSeen } from "../../core/state.ts";
import { joinUnits } from "../../core/units.ts";
import type { LinePlanned } from "../../core/why.ts";
import type { HistoryFound } from "../../git/history.ts";
import type { LocalBranch } from "../../git/repository.ts";

/** A branch as git has it, and the commit that first brought a policy; null: none did. */
export interface LocalRead {
  readonly local: LocalBranch;
  readonly found: HistoryFound;
  readonly startedBy: Sha | null;
}

const RECENT_MERGES = 50;

/**
 * The lines of one branch under a policy, as far as git knows them, by the planner of the App.
 * Checks count as green; there are no labels, reviews and releases. Channels and maintenance
 * branches are other branches.
 */
export function planLocally(
  read: LocalRead,
  file: PolicyFile | null,
  now: Instant,
): readonly LinePlanned[] {
  const effective = effectivePolicy(file, []);
  const policy = "policy" in effective ? effective.policy : DEFAULT_POLICY;
  const { branch, fullName } = read.local;
  const history = buildHistory({
    commits: read.found.commits,
    tags: read.found.tags,
    branch,
    fullName,
    tagFormat: policy.tag ?? "v{version}",
    scope: null,
  });
  const [head] = history.graph.nodes;
  if (head === undefined) return [];
  const root = defaultLine(0, branch);
  const others = listOtherLines(policy, { line: root, branches: [] });
  const stateOf = (line: Line): LineState =>
    buildState({ ...read, history, head, policy, file, now }, line);
  const rest = groupLines(
    policy,
    others.filter((line) => line.branch === branch),
  );
  const own = stateOf(root);
  return [
    { state: own, plan: plan(own, now) },
    ...rest.flatMap((lines) =>
      lines.length === 1
        ? lines.map(stateOf).map((state) => ({ state, plan: plan(state, now) }))
        : planLinked(lines.map(stateOf), policy, now),
    ),
  ];
}

interface Ground extends LocalRead {
  readonly history: History;
  readonly head: Node;
  readonly policy: Policy;
  readonly file: PolicyFile | null;
  readonly now: Instant;
}

function buildState(ground: Ground, line: Line): LineState {
  const { local, found, history, head, file, startedBy, now } = ground;
  const { branch, fullName } = local;
  const [owner = "", name = ""] = (fullName ?? "").split("/");
  const tags = found.tags.map(({ name: tag, sha }): TagSeen => {
    return { name: tag, sha, isAncestor: history.graph.bySha.has(sha) };
  });
  const choice = chooseLocalBase(ground, line, tags);
  const baseTag = choice.kind === "base" ? choice.tag : null;
  const nodes = choice.kind === "hold" ? [] : readNodes(ground, baseTag);
  const commits = nodes.map(({ commit }) => commit);
  const pulls = nodes.flatMap((node) => history.pulls.get(node) ?? []);
  const units = joinUnits(commits, pulls, branch);
  return {
    ...NOT_IN_GIT,
    repository: { ...NOWHERE, owner, name, defaultBranch: branch },
    line,
    head: {
      sha: head.commit.sha,
      arrivedAt: head.commit.committedAt,
      checks: [GREEN],
      ourCheck: null,
      requiredContexts: [],
    },
    policyFile: file,
    startedAt: startedBy === null && file !== null ? now : null,
    tags,
    baseTag,
    commits,
    commitCount: commits.length,
    pulls,
    ...(found.paths === null ? {} : { unitFiles: filesOf(found.paths, units) }),
    recentMerges: history.graph.nodes
      .flatMap((node) => history.pulls.get(node) ?? [])
      .slice(0, RECENT_MERGES)
      .map(({ title }) => ({ title, labels: [] })),
  };
}

const GREEN = {
  name: "checks",
  source: "status",
  state: "green",
  appId: null,
  startedAt: null,
  endedAt: null,
  url: null,
} as const;

const NOWHERE = { id: 0, nodeId: "", isPrivate: false, isArchived: false, url: "" } as const;

const NOT_IN_GIT = {
  appId: null,
  canRelease: true,
  policyHistory: [],
  isStartForced: false,
  releases: [],
  unfinished: null,
  earlierCommitCount: 0,
  maintenanceBranches: [],
  linked: null,
  firstTimers: [],
  previews: [],
  announcement: null,
  memory: EMPTY_MEMORY,
} as const;

/** Whether each tag is on the branch is known, and so nothing is left to ask. */
function chooseLocalBase({ local, policy }: Ground, line: Line, tags: readonly TagSeen[]) {
  const { branch } = local;
  const own = policyOf(policy, line, branch);
  const base = own.base ?? null;
  return chooseBase({
    family: { line, policy, defaultBranch: branch, maintenance: [] },
    tags,
    policyTag: own.tag ?? null,
    policyBase: base,
    absent: base === null ? [] : [base],
  });
}

/** Without a version tag the first release begins with the commit that brought the policy. */
function readNodes({ history, head, startedBy }: Ground, baseTag: TagSeen | null): readonly Node[] {
  const { graph } = history;
  const below = baseTag === null ? undefined : graph.bySha.get(baseTag.sha);
  if (below !== undefined) return readRange(graph, head, below);
  const first = startedBy === null ? undefined : graph.bySha.get(startedBy);
  return first === undefined ? [] : readRange(graph, head, first.parents[0] ?? null);
}

function filesOf(
  paths: NonNullable<HistoryFound["paths"]>,
  units: ReturnType<typeof joinUnits>,
): NonNullable<LineState["unitFiles"]> {
  return units.map(({ commits, pull, sha }) => {
    const names = new Set(commits.flatMap((commit) => paths.get(commit.sha) ?? []));
    const files = [...names].map((path) => ({ path, previousPath: null }));
    return { pull: pull?.number ?? null, sha, files, isComplete: true };
  });
}
