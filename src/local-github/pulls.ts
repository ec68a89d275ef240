import { forbidden, HttpError, validationFailed, type FieldError } from "./context.ts";
import { countCommits, mergeBase } from "./git-history.ts";
import type { GitHub } from "./github.ts";
import {
  authorOf,
  editIssue,
  emitIssue,
  newThread,
  requireBody,
  requireTitle,
  type Author,
} from "./issues.ts";
import { judgeAccess, type Actor } from "./permission.ts";
import { isPull, keepHead, type Pull } from "./pull-heads.ts";
import type { Repository, Review } from "./world.ts";

export interface NewPull {
  title: string;
  body: string | null;
  /** `branch` or `owner:branch`. */
  head: string;
  base: string;
  draft: boolean;
  maintainerCanModify: boolean;
}

/** Throws 422 for a branch that does not exist, a pull that stands, and nothing to merge. */
export async function openPull(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  input: NewPull,
): Promise<Pull> {
  const { git } = github;
  const by = authorOf(actor);
  requireTitle(input.title);
  requireBody("Issue", input.body ?? "");
  const [branch = "", ownerLogin] = input.head.split(":").toReversed();
  const headRepository = findHeadRepository(github, repository, ownerLogin);
  const headSha = headRepository && (await git.resolve(headRepository.id, `refs/heads/${branch}`));
  const baseSha = await git.resolve(repository.id, `refs/heads/${input.base}`);
  if (headRepository === null || headSha === null)
    throw invalid({ code: "invalid", field: "head" });
  if (baseSha === null) throw invalid({ code: "invalid", field: "base" });
  const need = { permission: "contents", access: "write" } as const;
  const isOwn = headRepository.id === repository.id;
  const canPush = judgeAccess(github, actor, headRepository, need) === "allowed";
  if (!canPush && actor.kind === "user") throw forbidden(actor);
  const label = `${github.owner(headRepository).login}:${branch}`;
  if (findOpenPull(github, repository, headRepository.id, branch, input.base) !== null) {
    throw invalid({ code: "custom", message: `A pull request already exists for ${label}.` });
  }
  const number = repository.nextNumber;
  repository.nextNumber += 1;
  await keepHead(github, repository.id, headRepository.id, number, headSha);
  const problem = await findRangeProblem(github, repository, baseSha, headSha);
  if (problem !== null) {
    await git.run(repository.id, ["update-ref", "-d", `refs/pull/${number}/head`]);
    const ends = `${input.base} and ${isOwn ? branch : label}`;
    throw invalid({ code: "custom", message: PROBLEMS[problem](ends) });
  }
  const issue = newPull(github, repository, by, { ...input, number, branch, headSha, baseSha });
  issue.pull.headRepositoryId = headRepository.id;
  issue.pull.maintainerCanModify = input.maintainerCanModify && !isOwn;
  github.data.issues.push(issue);
  emitIssue(github, issue, by, "opened");
  return issue;
}

function newPull(
  github: GitHub,
  repository: Repository,
  by: Author,
  input: NewPull & { number: number; branch: string; headSha: string; baseSha: string },
): Pull {
  return {
    ...newThread(github, repository, by, input),
    pull: {
      id: github.nextId(),
      draft: input.draft,
      headRepositoryId: repository.id,
      headRef: input.branch,
      headSha: input.headSha,
      baseRef: input.base,
      baseSha: input.baseSha,
      merged: false,
      mergedAt: null,
      mergedById: null,
      mergeCommitSha: null,
      maintainerCanModify: false,
    },
  };
}

const PROBLEMS = {
  unrelated: (ends: string) => `The branches ${ends} have no history in common`,
  empty: (ends: string) => `No commits between ${ends}`,
};

async function findRangeProblem(
  github: GitHub,
  repository: Repository,
  base: string,
  head: string,
): Promise<keyof typeof PROBLEMS | null> {
  if ((await mergeBase(github.git, repository.id, base, head)) === null) return "unrelated";
  const ahead = await countCommits(github.git, repository.id, [head, `^${base}`]);
  return ahead === 0 ? "empty" : null;
}

/** The repository itself, or the fork of that owner; null when there is none. */
function findHeadRepository(
  github: GitHub,
  repository: Repository,
  ownerLogin: string | undefined,
): Repository | null {
  if (ownerLogin === undefined) return repository;
  const owner = github.accountByLogin(ownerLogin);
  if (owner === null) return null;
  if (owner.id === repository.ownerId) return repository;
  const network = new Set([repository.id, repository.forkOfId]);
  return (
    github.data.repositories.find(
      (each) => each.ownerId === owner.id && (network.has(each.forkOfId) || network.has(each.id)),
    ) ?? null
  );
}

function findOpenPull(
  github: GitHub,
  repository: Repository,
  headRepositoryId: number,
  headRef: string,
  baseRef: string,
): Pull | null {
  return (
    github.data.issues
      .filter(isPull)
      .find(
        ({ repositoryId, state, pull }) =>
          repositoryId === repository.id &&
          state === "open" &&
          pull.headRepositoryId === headRepositoryId &&
          pull.headRef === headRef &&
          pull.baseRef === baseRef,
      ) ?? null
  );
}

export interface PullChange {
  title?: string;
  body?: string | null;
  state?: "open" | "closed";
  base?: string;
  maintainerCanModify?: boolean;
}

/** Throws 422 for a base that does not exist and for reopening without a branch. */
export async function editPull(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  actor: Actor,
  change: PullChange,
): Promise<void> {
  const by = authorOf(actor);
  const { title, body, state, base, maintainerCanModify } = change;
  if (base !== undefined && base !== issue.pull.baseRef) {
    const sha = await github.git.resolve(repository.id, `refs/heads/${base}`);
    if (sha === null || issue.state !== "open") throw invalid({ code: "invalid", field: "base" });
    const changes = {
      base: { ref: { from: issue.pull.baseRef }, sha: { from: issue.pull.baseSha } },
    };
    issue.pull.baseRef = base;
    issue.pull.baseSha = sha;
    issue.updatedAt = github.timestamp();
    emitIssue(github, issue, by, "edited", { changes });
  }
  if (maintainerCanModify !== undefined) issue.pull.maintainerCanModify = maintainerCanModify;
  if (state === "open" && issue.state === "closed" && !issue.pull.merged) {
    await refreshHead(github, issue);
  }
  editIssue(github, issue, by, {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(state === undefined ? {} : { state }),
  });
}

/** A closed pull did not follow its branch. */
async function refreshHead(github: GitHub, issue: Pull): Promise<void> {
  const { headRepositoryId, headRef } = issue.pull;
  const exists = github.repository(headRepositoryId) !== null;
  const sha = exists ? await github.git.resolve(headRepositoryId, `refs/heads/${headRef}`) : null;
  if (sha === null) {
    const message = `state cannot be changed. The ${headRef} branch has been deleted.`;
    throw invalid({ code: "invalid", field: "state", message });
  }
  await keepHead(github, issue.repositoryId, headRepositoryId, issue.number, sha);
  issue.pull.headSha = sha;
}

/** Marks a draft ready, or takes it back; nothing happens where it is so already. */
export function setDraft(github: GitHub, issue: Pull, actor: Actor, isDraft: boolean): void {
  if (issue.pull.draft === isDraft) return;
  issue.pull.draft = isDraft;
  const createdAt = github.timestamp();
  issue.updatedAt = createdAt;
  const event = isDraft ? "convert_to_draft" : "ready_for_review";
  issue.timeline.push({
    id: github.nextId(),
    event,
    actorId: authorOf(actor).accountId,
    createdAt,
  });
  const action = isDraft ? "converted_to_draft" : "ready_for_review";
  emitIssue(github, issue, authorOf(actor), action);
}

export type ReviewVerdict = "APPROVE" | "REQUEST_CHANGES" | "COMMENT";

const REVIEW_STATES = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
} as const;

/** Throws 422 for an author who judges the own pull and for words that are missing. */
export function submitReview(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  actor: Actor,
  input: { verdict: ReviewVerdict; body: string; commitSha: string | null },
): Review {
  const by = authorOf(actor);
  if (by.accountId === issue.authorId && input.verdict !== "COMMENT") {
    const what = input.verdict === "APPROVE" ? "approve" : "request changes on";
    throw new HttpError(422, {
      message: "Unprocessable Entity",
      errors: [`Can not ${what} your own pull request`],
    });
  }
  if (input.verdict !== "APPROVE" && input.body.trim() === "") {
    throw new HttpError(422, {
      message: "Unprocessable Entity",
      errors: ["Body cannot be blank"],
    });
  }
  const review: Review = {
    id: github.nextId(),
    repositoryId: repository.id,
    pullNumber: issue.number,
    authorId: by.accountId,
    state: REVIEW_STATES[input.verdict],
    body: input.body,
    commitSha: input.commitSha ?? issue.pull.headSha,
    submittedAt: github.timestamp(),
  };
  github.data.reviews.push(review);
  issue.updatedAt = review.submittedAt;
  github.emit({
    name: "pull_request_review",
    action: "submitted",
    repositoryId: repository.id,
    senderId: by.accountId,
    detail: { issue, review },
  });
  return review;
}

function invalid(error: Omit<FieldError, "resource">): HttpError {
  return validationFailed({ resource: "PullRequest", ...error });
}
