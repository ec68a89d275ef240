import type { Announcement } from "../core/announce.ts";
import { basesOf } from "../core/batch.ts";
import { policyOf } from "../core/lines.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Pull } from "../core/pull.ts";
import type {
  Head,
  LineState,
  PolicyFile,
  PreviewSeen,
  ReleaseSeen,
  TagSeen,
} from "../core/state.ts";
import { listWantedChecks } from "../core/wanted-checks.ts";
import { AppError } from "../errors.ts";
import type { LineRequest } from "../ports.ts";
import { findAnnounced, readAnnouncement } from "./announcement.ts";
import type { LineAnswer } from "./answers.ts";
import { guessedTag, readBase } from "./base-reading.ts";
import { readBatchFiles } from "./batch-files.ts";
import type { BatchContents } from "./batch-files.ts";
import { readBatch, readBatchPulls } from "./batch-reading.ts";
import type { BatchReading, PullsReading } from "./batch-reading.ts";
import { readMaintenance } from "./branches.ts";
import { readAllChecks, readChecksOf } from "./checks.ts";
import type { GitHubClient } from "./client.ts";
import { lookFirst } from "./first-look.ts";
import type { FirstLook } from "./first-look.ts";
import type { ForgeMemory } from "./forge-memory.ts";
import { beginLook } from "./look.ts";
import type { Look } from "./look.ts";
import { asIf, readPolicies, readStartedAt } from "./policy-reading.ts";
import { readPreviewTalk } from "./preview-talk.ts";
import { readFirstTimers, readLabelSetters } from "./pulls.ts";
import { readPolicy } from "./readings.ts";
import { readReleases } from "./release-reading.ts";

/** A branch that moves under each of these looks is looked at later. */
const LOOKS_MAX = 3;
const MOVED_WAIT_MS = 2_000;

export interface ObserveOptions extends ForgeMemory {
  readonly client: GitHubClient;
  /** The operator starts every repository without a policy file. */
  readonly isStartForced: boolean;
}

type Grant = ObserveOptions & Pick<LineState, "canRelease">;

/** The whole state of a line: one request in the usual case, more where something is unusual. */
export async function observeLine(
  options: ObserveOptions,
  request: LineRequest,
): Promise<LineState> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const first = asIf(
      (looks === 0 ? lookBeside(options, request) : null) ??
        (await lookFirst(options.client, options.branches, request)),
      request,
    );
    const scope = { kind: "repository", repositoryId: first.repository.id } as const;
    const grant = { ...options, canRelease: await options.client.mayWrite("contents", scope) };
    const head = await readHead(first);
    if (head === null)
      return describe(first, { head, ...readNothing(request.beside?.root ?? null) }, grant);
    const reading = await readAround(first, head, grant);
    if (reading === null) continue;
    const state = await readWanted(first.look, reading, describe(first, reading, grant));
    options.looks.set(state, first);
    return state;
  }
  const { owner, name } = request.repository;
  throw new AppError(
    "github/unavailable",
    `Observe ${owner}/${name}: the branch moved during each of ${LOOKS_MAX} looks`,
    { retry: { kind: "after", waitMs: MOVED_WAIT_MS } },
  );
}

/** What the look at the default line brought, for another line of the same branch. */
function lookBeside(options: ObserveOptions, request: LineRequest): FirstLook | null {
  const { beside, line, memory, now } = request;
  if (beside?.mayShare !== true || line === null) return null;
  const { root } = beside;
  const first = options.looks.get(root);
  if (first === undefined || root.line.branch !== line.branch) return null;
  const { client, owner, name } = first.look;
  return {
    ...first,
    heard: null,
    deskSeen: null,
    look: beginLook({ client, owner, name, line, memory, now, root }),
  };
}

interface Reading extends BatchContents {
  /** As the line reads it; null: none applies. */
  readonly policy: Policy | null;
  readonly head: Head | null;
  readonly policyFile: PolicyFile | null;
  readonly policyHistory: readonly PolicyFile[];
  readonly startedAt: number | null;
  readonly tags: readonly TagSeen[];
  readonly releases: readonly ReleaseSeen[];
  readonly releasesKnownSince: number | null;
  readonly maintenanceBranches: readonly string[];
  readonly batch: BatchReading;
  readonly pulls: PullsReading;
  readonly announcedPulls: readonly Pull[];
  readonly firstTimers: readonly string[];
  readonly previews: readonly PreviewSeen[];
  readonly announcement: Announcement | null;
}

/** An empty repository, or a branch that is gone. */
function readNothing(root: LineState | null): Omit<Reading, "head"> {
  return {
    policy: null,
    policyFile: root?.policyFile ?? null,
    policyHistory: root?.policyHistory ?? [],
    startedAt: root?.startedAt ?? null,
    maintenanceBranches: root?.maintenanceBranches ?? [],
    tags: [],
    releases: [],
    releasesKnownSince: null,
    batch: {
      commits: [],
      count: 0,
      earlier: 0,
      baseTag: null,
      unfinished: null,
      startedAt: null,
    },
    pulls: { batch: [], others: [] },
    unitFiles: [],
    missing: null,
    announcedPulls: [],
    firstTimers: [],
    previews: [],
    announcement: null,
  };
}

async function readHead({ look, answer }: FirstLook): Promise<Head | null> {
  const target = answer.ref?.target ?? null;
  if (answer.ref === null || target === null || target.kind !== "Commit") return null;
  const { checks, ourCheck } = await readAllChecks(
    look,
    target.oid,
    target.statusCheckRollup ?? null,
  );
  const merge = answer.merged.nodes.find((pull) => pull.mergeCommit?.oid === target.oid);
  // A committer date is whatever the committer's clock said, and older than the push: it counts
  // only where nobody remembers the head before this one.
  const { headSeen } = look.memory;
  const seenAt = headSeen === null ? null : headSeen.sha === target.oid ? headSeen.at : look.now;
  const arrivedAt = merge?.mergedAt ?? seenAt ?? target.committedDate ?? look.now;
  return {
    sha: target.oid,
    arrivedAt: Math.min(arrivedAt, look.now),
    checks,
    ourCheck,
    requiredContexts: readRequiredContexts(answer.ref),
  };
}

/** Contexts of the branch's protection and of the rulesets on it. */
function readRequiredContexts(ref: NonNullable<LineAnswer["ref"]>): readonly string[] {
  const ruled = (ref.rules?.nodes ?? []).flatMap(
    ({ parameters }) => parameters?.requiredStatusChecks?.map(({ context }) => context) ?? [],
  );
  return [...new Set([...(ref.refUpdateRule?.requiredStatusCheckContexts ?? []), ...ruled])];
}

/** Everything beside the head. Null where the branch moved while we read. */
async function readAround(
  first: FirstLook,
  head: Head,
  { isStartForced, canRelease, ...memory }: Grant,
): Promise<Reading | null> {
  const { answer, repository } = first;
  const compared = guessedTag(answer)?.compare ?? null;
  if (compared !== null && compared.headTarget.oid !== head.sha) return null;
  const { look, policy, policyFile, ...ruled } = await readRules(first, head);
  const mayFinish = canRelease && (policyFile !== null || isStartForced);
  const base = await readBase(look, answer, head.sha, policy);
  if (base === null) return null;
  const { tags } = base;
  const policyTag = policy?.tag ?? null;
  const listed = await readReleases(look, answer, { policyTag, tags });
  const { releases, areAllListed, knownSince } = listed;
  const batch = await readBatch(look, {
    answer,
    repository,
    headSha: head.sha,
    base,
    releases,
    areAllListed,
    policy,
    hasPolicy: policyFile !== null,
    mayFinish,
    files: memory.files,
  });
  if (batch === null) return null;
  const found = await readBatchPulls(look, answer, batch);
  const mayBrake = releases.some(({ banner }) => banner !== undefined);
  const rules = policy === null ? null : { ...policy, mayBrake };
  const pulls = { ...found, batch: await readLabelSetters(look, found.batch, rules) };
  const seen = { repository, head, batch, pulls, releases, tags, policy, mayFinish };
  const contents = await readBatchFiles(look, seen, memory);
  const announced = findAnnounced(look, releases);
  const announcement = announced && (await readAnnouncement(look, announced, { tags, releases }));
  return {
    head,
    policy,
    policyFile,
    ...ruled,
    startedAt: await readStartedAt(look, head, {
      policyFile,
      isStartForced,
      releases,
      batch,
      announcement,
    }),
    tags,
    releases,
    releasesKnownSince: knownSince,
    batch,
    pulls,
    ...contents,
    announcedPulls: announcement?.pulls ?? [],
    firstTimers: await readFirstTimers(look, pulls.batch, pulls.others),
    previews: await readPreviewTalk(look, pulls.batch, base.tags),
    announcement: announcement?.announcement ?? null,
  };
}

interface Rules extends Pick<Reading, "policyFile" | "policyHistory" | "maintenanceBranches"> {
  readonly look: Look;
  /** As the line reads it; null: none applies. */
  readonly policy: Policy | null;
}

/** The policy, and what the look at the line needs to know of it. */
async function readRules({ look, answer, repository }: FirstLook, head: Head): Promise<Rules> {
  const present = readPolicy(answer.policyFile, POLICY_PATH);
  const { file: policyFile, history, policy } = await readPolicies(look, head.sha, present);
  const maintenance = await readMaintenance(look, policy);
  const read = { policyFile, policyHistory: history, maintenanceBranches: maintenance };
  if (policy === null) return { look, policy, ...read };
  const { line } = look;
  const { defaultBranch } = repository;
  const family = { line, policy, defaultBranch, maintenance };
  const bases = basesOf({ line, repository }, policy);
  const own = policyOf(policy, line, defaultBranch);
  return { look: { ...look, family, bases }, policy: own, ...read };
}

/** With checks of commits below the head, where the decision needs them. */
async function readWanted(look: Look, { policy }: Reading, state: LineState): Promise<LineState> {
  const wanted = policy === null ? [] : listWantedChecks(state, policy, look.now);
  return wanted.length === 0 ? state : { ...state, checksOf: await readChecksOf(look, wanted) };
}

function describe(
  { look, repository, desk, deskSeen, heard }: FirstLook,
  reading: Reading,
  options: Grant,
): LineState {
  const { batch, pulls, announcedPulls, missing, policy: _, ...rest } = reading;
  const all = [...pulls.batch, ...pulls.others, ...announcedPulls];
  const byNumber = new Map(all.toReversed().map((pull) => [pull.number, pull]));
  const recent = [...pulls.batch, ...pulls.others].toSorted(
    (left, right) => right.mergedAt - left.mergedAt,
  );
  return {
    appId: options.client.appId,
    canRelease: options.canRelease,
    repository,
    line: look.line,
    ...rest,
    ...(missing === null ? {} : { missing }),
    ...(desk === null ? {} : { desk }),
    ...(deskSeen === null ? {} : { deskSeen }),
    ...(heard === null ? {} : { heard }),
    isStartForced: options.isStartForced,
    linked: null,
    baseTag: batch.baseTag,
    unfinished: batch.unfinished,
    commits: batch.commits,
    commitCount: batch.count,
    earlierCommitCount: batch.earlier,
    pulls: [...byNumber.values()].toSorted((left, right) => right.mergedAt - left.mergedAt),
    recentMerges: recent.slice(0, 50).map(({ title, labels }) => ({
      title,
      labels: labels.map((label) => label.name),
    })),
    memory: withPolicy(look),
  };
}

/** The last good policy is the default line's. */
function withPolicy({ memory, root }: Look): LineState["memory"] {
  return root === null ? memory : { ...memory, lastGoodPolicy: root.memory.lastGoodPolicy };
}
