import path from "node:path";
import { compareTag } from "../../core/agreement.ts";
import type { Comparison } from "../../core/agreement.ts";
import { readRange } from "../../core/graph.ts";
import { buildHistory } from "../../core/history.ts";
import type { History, VersionTag } from "../../core/history.ts";
import { readMerges } from "../../core/merges.ts";
import { tagOfComponent } from "../../core/policy/policy-lines.ts";
import { DEFAULT_POLICY } from "../../core/policy/policy-schema.ts";
import { replayPolicy } from "../../core/replay.ts";
import { isStable } from "../../core/version.ts";
import { unusable } from "../../git/repository.ts";
import type { Progress } from "./progress.ts";
import type { LocalRead, ReplayAsked } from "./read.ts";
import { actualCourse, courseOf, makeReport } from "./report.ts";
import type { Agreement, Course, Report } from "./report.ts";

/** The report, and what its charts are drawn from: reality first, then each policy. */
export interface Replayed {
  readonly report: Report;
  readonly courses: readonly Course[];
}

const DEFAULT_TAG_FORMAT = "v{version}";

/** Judge what was read. Throws `git/unusable` where `--from` is no version tag of the branch. */
export function judgeLocal(asked: ReplayAsked, read: LocalRead, progress: Progress): Replayed {
  const beganAt = performance.now();
  const { local, commits, tags, paths } = read;
  const components = asked.policy?.policy.components ?? [];
  const whole = buildHistory({
    commits,
    tags,
    branch: local.branch,
    fullName: local.fullName,
    tagFormat: chooseForm(asked),
    scope: paths === null ? null : { component: asked.component, components, paths },
  });
  const start = findStart(whole, asked.from);
  const history = asked.from === null ? whole : cutAt(whole, start);
  const agreement = compareTags(history.tags, (tag, at) => {
    progress.judging(at, history.tags.length * 2);
    return compareTag(whole, tag, asked.policy?.policy);
  });
  const merges = readMerges(whole, start?.node ?? null);
  const endsAt = Math.max(
    0,
    ...merges.list.slice(-1).map(({ at }) => at),
    ...whole.tags.slice(-1).map(({ tag }) => tag.at),
  );
  const policies = [
    { name: "auto: patch", policy: { ...DEFAULT_POLICY, auto: "patch" as const } },
    { name: "auto: minor", policy: { ...DEFAULT_POLICY, auto: "minor" as const } },
    ...(asked.policy === null ? [] : [asked.policy]),
  ];
  const replays = policies.map(({ name, policy }, at) => {
    progress.judging(policies.length + at, policies.length * 2);
    const base = start?.version ?? null;
    return { name, replay: replayPolicy({ merges, policy, base, endsAt }) };
  });
  const actual = actualCourse(merges.list, endsAt);
  const report = makeReport({
    repository: local.fullName ?? path.basename(path.resolve(asked.folder)),
    component: asked.component,
    head: local.head,
    from: start?.tag.name ?? null,
    history,
    agreement,
    actual,
    replays,
    elapsedMs: {
      read: Math.round(read.readMs),
      plan: Math.round(performance.now() - beganAt),
    },
  });
  return {
    report,
    courses: [actual, ...replays.map(({ name, replay }) => courseOf(name, replay))],
  };
}

/** Those that differ are kept alone: all of them together hold every commit once more. */
function compareTags(
  tags: readonly VersionTag[],
  compare: (tag: VersionTag, at: number) => Comparison | null,
): Agreement {
  let compared = 0;
  const differing: Comparison[] = [];
  for (const [at, tag] of tags.entries()) {
    const comparison = compare(tag, at);
    if (comparison === null) continue;
    compared += 1;
    if (comparison.difference !== null) differing.push(comparison);
  }
  return { compared, differing };
}

function chooseForm({ policy, component }: ReplayAsked): string {
  const own = policy?.policy.components?.find(({ name }) => name === component);
  return own === undefined ? (policy?.policy.tag ?? DEFAULT_TAG_FORMAT) : tagOfComponent(own);
}

/** The tag asked for, else the first stable one; null: there is none, and all is replayed. */
export function findStart({ tags }: History, from: string | null): VersionTag | null {
  if (from === null) return tags.find(({ version }) => isStable(version)) ?? null;
  const found = tags.find(({ tag }) => tag.name === from);
  if (found !== undefined) return found;
  const newest = tags.slice(-3).map(({ tag }) => tag.name);
  const known = newest.length === 0 ? "it has none" : `its newest are ${newest.join(", ")}`;
  throw unusable(`--from ${from} is no version tag on this branch: ${known}`);
}

/** Only what came after a tag. */
function cutAt(history: History, start: VersionTag | null): History {
  const [head] = history.graph.nodes;
  if (head === undefined || start === null) return history;
  const nodes = readRange(history.graph, head, start.node);
  const kept = new Set(nodes);
  return {
    ...history,
    graph: { ...history.graph, nodes },
    tags: history.tags.filter(({ node }) => kept.has(node)),
    pulls: new Map([...history.pulls].filter(([node]) => kept.has(node))),
  };
}
