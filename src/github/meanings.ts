import type { z } from "zod";
import { isPreviewTag } from "../core/preview-tag.ts";
import { isRestorationBranch } from "../core/rollback/restoration.ts";
import type { Instant } from "../core/state.ts";
import type { CheckNews, Interpretation } from "../deliveries-port.ts";
import type { Fact } from "../ports.ts";
import { describeGroup, isTellingOfPull, readCommand, readRerun } from "./door-events.ts";
import { describeIssue, ownIssueSchema } from "./issue-events.ts";
import {
  checkRunSchema,
  checkSuiteSchema,
  commentSchema,
  deploymentStatusSchema,
  mergeGroupSchema,
  pullSchema,
  pushSchema,
  releaseSchema,
  reviewSchema,
  statusSchema,
} from "./payloads.ts";
import { describeRelease } from "./release-events.ts";
import { describeDeployment, isSignalLabel } from "./signal-events.ts";

/** What one event says, before it is put into facts. */
export interface Meaning {
  /** e.g. `pull.merged`. */
  readonly kind: string;
  /** Pull or issue number, tag, or SHA. */
  readonly subject: string;
  /** Null: when the delivery came. */
  readonly at: Instant | null;
  /** Makes the fact one, however often GitHub tells it; null: each delivery is its own. */
  readonly key: string | null;
  readonly data: Fact["data"];
  /** May it change what the line releases? */
  readonly hint: boolean;
  /** A check that the line may wait for; left out where there is none. */
  readonly check?: CheckNews;
  /** A branch that moved; left out where none did. */
  readonly push?: Interpretation["push"];
  /** What it says besides where another branch has a line; left out where it is about none. */
  readonly ifLine?: Interpretation["ifLine"];
  /** Commands of a person; left out where there are none. */
  readonly command?: NonNullable<Interpretation["command"]>;
  /** A change of a desk of ours; left out where it is none. */
  readonly desk?: NonNullable<Interpretation["desk"]>;
  /** Boxes of a rollback issue of ours; left out where none changed. */
  readonly rollbackBoxes?: NonNullable<Interpretation["rollbackBoxes"]>;
  /** A pull whose check is looked at, or not any more; left out where there is none. */
  readonly pull?: NonNullable<Interpretation["pull"]>;
  /** See `Interpretation`. */
  readonly hintIfSized?: boolean;
  readonly rerunOf?: NonNullable<Interpretation["rerunOf"]>;
}

interface Context {
  /** Our App: what it wrote itself is no news. */
  readonly appId: number;
  /** Null where the payload does not say. */
  readonly defaultBranch: string | null;
}

type Reader = (action: string | null, payload: unknown, context: Context) => Meaning | string;

/** Read the payload in a shape; a difference becomes a note. */
function reader<T>(
  schema: z.ZodType<T>,
  read: (payload: T, action: string | null, context: Context) => Meaning,
): Reader {
  return (action, payload, context) => {
    const parsed = schema.safeParse(payload);
    if (parsed.success) return read(parsed.data, action, context);
    const [issue] = parsed.error.issues;
    return `the payload differs at ${issue?.path.join(".") ?? "its root"}: ${issue?.message ?? ""}`;
  };
}

/** The default branch, and branches of ours that restore the code of a release. */
const isFollowed = (branch: string, { defaultBranch }: Context): boolean =>
  defaultBranch === null || branch === defaultBranch || isRestorationBranch(branch);

/** Nothing where it is about a followed branch: that is said without a condition. */
function onBranches(
  branches: readonly string[],
  said: { readonly hint: boolean; readonly check?: CheckNews | null },
  context: Context,
): Pick<Meaning, "ifLine"> {
  const others = branches.filter((branch) => !isFollowed(branch, context));
  if (others.length === 0 || (!said.hint && !said.check)) return {};
  return { ifLine: { branches: others, hint: said.hint, check: said.check ?? null } };
}

const push = reader(pushSchema, (payload, _, context) => {
  const { ref, before, after, commits = [], forced = false, deleted = false } = payload;
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
  const tag = ref.slice("refs/tags/".length);
  return {
    kind: ref.startsWith("refs/tags/") ? "tag.pushed" : "branch.pushed",
    subject: after,
    at: null,
    key: null,
    data: { ref, before, after, commits: commits.length, isForced: forced, isDeleted: deleted },
    // A tag may be a new base; a branch that is not the line's changes nothing, nor does a preview.
    hint: branch === null ? !isPreviewTag(tag) : isFollowed(branch, context),
    ...(branch === null || deleted ? {} : { push: { before, after } }),
    ...onBranches(branch === null ? [] : [branch], { hint: true }, context),
  };
});

/** Changes of a merged pull that may change its level or its notes. */
const TELLING_EDITS = new Set(["closed", "labeled", "unlabeled", "edited"]);

const pull = reader(pullSchema, (payload, action, context) => {
  const { pull_request: it, label } = payload;
  const isMerged = it.merged === true;
  const isMerge = action === "closed" && isMerged;
  const kind = isMerge ? "pull.merged" : `pull.${action ?? "changed"}`;
  const isTelling = isMerged && TELLING_EDITS.has(action ?? "");
  const isOnce = isMerge || action === "opened";
  const isOpen = action !== "closed" && it.state !== "closed" && !isMerged;
  const isLooked = isOpen && isTellingOfPull(action);
  const isOurs = isRestorationBranch(it.head.ref);
  const times: Readonly<Record<string, number | null | undefined>> = {
    opened: it.created_at,
    closed: it.merged_at ?? it.closed_at,
  };
  return {
    kind,
    subject: String(it.number),
    at: times[action ?? ""] ?? null,
    key: isOnce ? `${kind}/${it.number}` : null,
    data: {
      authorId: it.user?.id ?? null,
      isBotAuthor: it.user?.type === "Bot",
      baseBranch: it.base.ref,
      headBranch: it.head.ref,
      headSha: it.head.sha,
      isDraft: it.draft === true,
      openedAt: it.created_at,
      ...(label === undefined ? {} : { label: label.name }),
      ...(isSignalLabel(label?.name, "pull") ? { signal: true } : {}),
      ...(isMerge
        ? {
            mergeSha: it.merge_commit_sha ?? null,
            mergedById: it.merged_by?.id ?? null,
            additions: it.additions ?? null,
            deletions: it.deletions ?? null,
            changedFiles: it.changed_files ?? null,
            commits: it.commits ?? null,
          }
        : {}),
    },
    hint:
      ((isLooked || isTelling) && isFollowed(it.base.ref, context)) ||
      isOurs ||
      isSignalLabel(label?.name, "pull"),
    ...onBranches([it.base.ref], { hint: isLooked || isTelling }, context),
    hintIfSized: isLooked,
    ...(isLooked || action === "closed"
      ? { pull: { number: it.number, branch: it.base.ref, isOpen } }
      : {}),
  };
});

const review = reader(reviewSchema, ({ review: it, pull_request: of }, action, context) => {
  const branch = of.base?.ref ?? null;
  // A review of a merged pull may be what a gate waits for.
  const isGated = (of.merged_at ?? null) !== null;
  const isTelling = action === "submitted" || action === "dismissed";
  const isLooked = isTelling && of.state === "open" && branch !== null;
  const hint = isLooked || isGated;
  return {
    kind: `review.${action ?? "changed"}`,
    subject: String(of.number),
    at: action === "submitted" ? (it.submitted_at ?? null) : null,
    key: action === "submitted" ? `review.submitted/${it.id}` : null,
    data: { state: it.state, reviewerId: it.user?.id ?? null, sha: it.commit_id ?? null },
    hint: hint && (branch === null || isFollowed(branch, context)),
    ...onBranches(branch === null ? [] : [branch], { hint }, context),
    ...(isLooked ? { pull: { number: of.number, branch, isOpen: true } } : {}),
  };
});

const checkRun = reader(checkRunSchema, ({ check_run: it }, action, context) => {
  const branch = it.check_suite?.head_branch ?? null;
  // On the branch of an open pull it says nothing about the line. A release's own checks run on
  // the branch "v1.4.3", with no pull.
  const isOfPull =
    (it.pull_requests?.length ?? 0) > 0 && branch !== null && !isFollowed(branch, context);
  const isOurs = it.app?.id === context.appId;
  // "Re-run" on a check of ours is news: a person asks us to look again. A button of ours explains
  // a command, and does no more than that.
  const isRerun = isOurs && (action === "rerequested" || action === "requested_action");
  const isNews = isRerun || (action === "completed" && !isOurs && !isOfPull);
  const check: CheckNews | null =
    isOurs || (action !== "created" && action !== "completed")
      ? null
      : {
          sha: it.head_sha,
          context: it.name,
          appId: it.app?.id ?? null,
          id: it.id,
          isFinished: action === "completed",
        };
  return {
    kind: `check.${action ?? "changed"}`,
    subject: it.head_sha,
    at: (action === "completed" ? it.completed_at : it.started_at) ?? null,
    key: action === "completed" ? `check.completed/${it.id}/${it.completed_at ?? ""}` : null,
    data: {
      checkId: it.id,
      name: it.name,
      conclusion: it.conclusion ?? null,
      appId: it.app?.id ?? null,
      startedAt: it.started_at ?? null,
    },
    hint: isNews,
    ...(isRerun ? readRerun(it) : {}),
    ...(check === null || isOfPull ? {} : { check }),
    // The branch of an open pull may be a channel's.
    ...(isOfPull
      ? onBranches([branch], { hint: action === "completed" && !isOurs, check }, context)
      : {}),
  };
});

/** A suite of ours is queued on every push; no suite ever decides anything. */
const checkSuite = reader(checkSuiteSchema, ({ check_suite: it }, action, { appId }) => {
  // "Re-run" on our own checks: look again, and write what is true.
  const isRerun = action === "rerequested" && it.app?.id === appId;
  return {
    kind: `check-suite.${action ?? "changed"}`,
    subject: it.head_sha,
    at: it.updated_at ?? null,
    key: null,
    data: {
      suiteId: it.id,
      branch: it.head_branch ?? null,
      conclusion: it.conclusion ?? null,
      appId: it.app?.id ?? null,
    },
    hint: isRerun,
    ...(isRerun ? readRerun(it) : {}),
  };
});

/** GitHub names at most so many branches that hold the commit: there may be others. */
const STATUS_BRANCHES_MAX = 10;

const status = reader(statusSchema, (it, _, context) => {
  const branches = (it.branches ?? []).map(({ name }) => name);
  // No branch: a commit that is no head any more, such as that of a release.
  const isNews =
    branches.length === 0 ||
    branches.length >= STATUS_BRANCHES_MAX ||
    branches.some((name) => isFollowed(name, context));
  const isFinished = it.state !== "pending";
  const check = { sha: it.sha, context: it.context, appId: null, id: it.id, isFinished };
  return {
    kind: "status.set",
    subject: it.sha,
    at: it.created_at ?? null,
    key: `status.set/${it.id}`,
    data: { context: it.context, state: it.state, branches },
    hint: isNews,
    ...(isNews ? { check } : onBranches(branches, { hint: true, check }, context)),
  };
});

const issue = reader(ownIssueSchema, (payload, action, { appId }) =>
  describeIssue(payload, action, appId),
);

const comment = reader(commentSchema, ({ issue: of, comment: it }, action, { appId }) => {
  const viaApp = it.performed_via_github_app?.id ?? null;
  const command = action === "created" ? readCommand(it, of.number, appId) : null;
  return {
    kind: `comment.${action ?? "changed"}`,
    subject: String(of.number),
    at: action === "created" ? it.created_at : null,
    key: action === "created" ? `comment.created/${it.id}` : null,
    data: {
      commentId: it.id,
      isPull: of.pull_request !== undefined,
      isOurs: viaApp === appId && it.user?.type === "Bot",
    },
    hint: command !== null,
    ...(command === null ? {} : { command }),
  };
});

const release = reader(releaseSchema, (payload, action) => describeRelease(payload, action));

const deploymentStatus = reader(deploymentStatusSchema, (payload) => describeDeployment(payload));

const mergeGroup = reader(mergeGroupSchema, ({ merge_group: it }, action, context) => {
  const meaning = describeGroup(it, action);
  // Only one that waits names a pull to look at.
  if (meaning.pull === undefined) return meaning;
  const { branch } = meaning.pull;
  const hint = isFollowed(branch, context);
  return { ...meaning, hint, ...onBranches([branch], { hint: true }, context) };
});

const READERS: Readonly<Record<string, Reader>> = {
  push,
  pull_request: pull,
  pull_request_review: review,
  check_run: checkRun,
  check_suite: checkSuite,
  status,
  issues: issue,
  issue_comment: comment,
  release,
  deployment_status: deploymentStatus,
  merge_group: mergeGroup,
  // A new name, branch, owner or visibility: the next look refreshes all of them.
  repository: (action) => ({
    kind: `repository.${action ?? "changed"}`,
    subject: "",
    at: null,
    key: null,
    data: {},
    hint: true,
  }),
};

/** What an event says. Null: an event that we do not read; a text: why its shape is not known. */
export function readMeaning(
  name: string,
  action: string | null,
  payload: unknown,
  context: Context,
): Meaning | string | null {
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  const meaning = read?.(action, payload, context) ?? null;
  return typeof meaning === "string" ? `${name}: ${meaning}` : meaning;
}
