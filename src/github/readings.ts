import { POLICY_BYTES_MAX } from "../core/policy/policy.ts";
import type { Label, Pull, Review } from "../core/pull.ts";
import type {
  Actor,
  CheckSeen,
  CheckState,
  Commit,
  OurCheck,
  PolicyFile,
  TagSeen,
} from "../core/state.ts";
import type {
  CheckedAnswer,
  CommitAnswer,
  ContentsAnswer,
  ContextAnswer,
  OurRunAnswer,
  PullAnswer,
  TagAnswer,
  WhoAnswer,
} from "./answers.ts";

const GHOST: Actor = { id: null, login: "ghost", isBot: false };

/** Somebody as GitHub names them; `ghost` where the account is gone. */
export function readActor(answer: WhoAnswer): Actor {
  if (answer === null) return GHOST;
  const isBot = answer.kind === "Bot";
  const hasSuffix = answer.login.endsWith("[bot]");
  return {
    id: answer.databaseId ?? null,
    // GraphQL names the bot of an App without the suffix that REST and people know.
    login: isBot && !hasSuffix ? `${answer.login}[bot]` : answer.login,
    isBot: isBot || hasSuffix,
  };
}

/** The author that git names. Only an account that GitHub matched is believed. */
function readAuthor(answer: CommitAnswer["author"]): Actor {
  const user = answer?.user ?? null;
  const isNamedBot = answer?.name?.endsWith("[bot]") ?? false;
  if (user === null) {
    return isNamedBot ? { id: null, login: answer?.name ?? "", isBot: true } : GHOST;
  }
  return { id: user.databaseId, login: user.login, isBot: user.login.endsWith("[bot]") };
}

function readOurCheck(answer: OurRunAnswer | undefined): OurCheck | null {
  if (answer === undefined || answer.databaseId === null) return null;
  return {
    id: answer.databaseId,
    title: answer.title ?? "",
    externalId: answer.externalId ?? "",
  };
}

/** Null where none of ours stands on the commit. */
export function readCheckOn({ checkSuites }: CheckedAnswer): OurCheck | null {
  const runs = (checkSuites?.nodes ?? []).flatMap((suite) => suite.checkRuns?.nodes ?? []);
  return readOurCheck(runs[0]);
}

/** `bases`: branches whose pulls count. */
export function readCommit(answer: CommitAnswer, bases: readonly string[]): Commit {
  return {
    sha: answer.oid,
    message: answer.message,
    author: readAuthor(answer.author),
    committedAt: answer.committedDate,
    parents: answer.parents.nodes.map((parent) => parent.oid),
    pulls: (answer.associatedPullRequests?.nodes ?? [])
      .filter((pull) => pull.merged && bases.includes(pull.baseRefName))
      .map((pull) => pull.number),
    ourCheck: readCheckOn(answer),
  };
}

const REVIEW_STATES: Readonly<Record<string, Review["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
};

/** Null for a pull that is not merged, or whose merge GitHub has not finished writing. */
export function readPull(answer: PullAnswer): Pull | null {
  const { mergedAt, mergeCommit } = answer;
  if (!answer.merged || mergedAt === null || mergeCommit === null) return null;
  return {
    ...readPullFields(answer),
    mergedBy: answer.mergedBy === null ? null : readActor(answer.mergedBy),
    mergedAt,
    mergeSha: mergeCommit.oid,
  };
}

/** What a pull has before it is merged, too. */
export function readPullFields(
  answer: PullAnswer,
): Omit<Pull, "mergedBy" | "mergedAt" | "mergeSha"> {
  return {
    number: answer.number,
    nodeId: answer.id,
    title: answer.title,
    body: answer.body,
    author: readActor(answer.author),
    headSha: answer.headRefOid,
    baseBranch: answer.baseRefName,
    commitCount: answer.commits.totalCount,
    lastCommitHeadline: answer.commits.nodes.at(-1)?.commit.messageHeadline ?? "",
    labels: (answer.labels?.nodes ?? []).map((label): Label => ({
      name: label.name,
      setterPermission: null,
    })),
    closes: (answer.closingIssuesReferences?.nodes ?? []).map((issue) => ({
      number: issue.number,
      nodeId: issue.id,
      repository: issue.repository.nameWithOwner,
    })),
    reviews: (answer.reviews?.nodes ?? []).flatMap((review) => {
      const state = REVIEW_STATES[review.state];
      if (state === undefined) return [];
      return [
        {
          author: readActor(review.author),
          state,
          sha: review.commit?.oid ?? null,
          at: review.submittedAt,
          mayWrite: review.authorCanPushToRepository,
        },
      ];
    }),
    reviewCount: answer.reviews?.totalCount ?? 0,
  };
}

const GREEN_CONCLUSIONS = new Set(["SUCCESS", "NEUTRAL", "SKIPPED"]);

function judgeRun(status: string, conclusion: string | null): CheckState {
  if (status !== "COMPLETED") return "pending";
  return conclusion !== null && GREEN_CONCLUSIONS.has(conclusion) ? "green" : "red";
}

function judgeStatus(state: string): CheckState {
  if (state === "SUCCESS") return "green";
  return state === "PENDING" ? "pending" : "red";
}

type CheckRunAnswer = Extract<ContextAnswer, { kind: "CheckRun" }>;

/** Whose checks are left out: those of our App, or of the workflow's job that we run in. */
interface Own {
  readonly appId: number | null;
  readonly ownJob: string | null;
}

/** Names of all our checks begin so. */
const OUR_NAMES = "smallbatch/";

/**
 * Ours by App and name. Without an App of our own (a person's or a workflow's token) the name alone
 * decides: whoever else runs Smallbatch here says the same thing. A workflow's job would wait for
 * itself; a reusable workflow puts its caller's name before the job's.
 */
function isOurs(run: CheckRunAnswer, { appId, ownJob }: Own): boolean {
  const isOwnJob = ownJob !== null && (run.name === ownJob || run.name.endsWith(` / ${ownJob}`));
  if (isOwnJob) return true;
  return appId === null ? run.name.startsWith(OUR_NAMES) : run.checkSuite.app?.databaseId === appId;
}

/** Checks of a commit without ours, and ours for the line. */
export function readChecks(
  contexts: readonly ContextAnswer[],
  own: Own,
  checkName: string,
): { readonly checks: readonly CheckSeen[]; readonly ourCheck: OurCheck | null } {
  const checks: CheckSeen[] = [];
  let ourCheck: OurCheck | null = null;
  for (const context of contexts) {
    if (context.kind === "StatusContext") {
      // EXPECTED is GitHub's own note that a required context is missing; the rules say that too.
      if (context.state === "EXPECTED") continue;
      const state = judgeStatus(context.state);
      checks.push({
        name: context.context,
        source: "status",
        state,
        appId: null,
        startedAt: context.createdAt,
        // Each state of a status is a status of its own.
        endedAt: state === "pending" ? null : context.createdAt,
        url: context.targetUrl,
      });
    } else if (isOurs(context, own)) {
      if (context.name === checkName) ourCheck = readOurCheck(context);
    } else {
      checks.push({
        name: context.name,
        source: "check_run",
        state: judgeRun(context.status, context.conclusion),
        appId: context.checkSuite.app?.databaseId ?? null,
        startedAt: context.startedAt,
        endedAt: context.completedAt,
        url: context.detailsUrl,
      });
    }
  }
  return { checks, ourCheck };
}

/** Null for a tag of something that is no commit. */
export function readTag(answer: TagAnswer, isAncestor: boolean | null): TagSeen | null {
  let target = answer.target ?? undefined;
  let peeled = target;
  while (peeled?.kind === "Tag") {
    target = peeled;
    peeled = "target" in target ? target.target : undefined;
  }
  return peeled?.kind === "Commit" ? { name: answer.name, sha: peeled.oid, isAncestor } : null;
}

/** Null where nothing stands at the path. */
export function readPolicy(answer: ContentsAnswer, path: string): PolicyFile | null {
  if (answer === null) return null;
  const sizeBytes = answer.byteSize ?? 0;
  const isReadable =
    answer.kind === "Blob" &&
    answer.isBinary !== true &&
    answer.isTruncated !== true &&
    sizeBytes <= POLICY_BYTES_MAX;
  return { path, sha: answer.oid, text: isReadable ? (answer.text ?? null) : null, sizeBytes };
}
