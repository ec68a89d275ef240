import { z } from "zod";
import type { DeskGlance } from "../core/desk/desk-glance.ts";
import type { DeskSeen } from "../core/desk/desk-seen.ts";
import { defaultLine } from "../core/lines.ts";
import type { Memory } from "../core/memory.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { CommentSeen } from "../core/said.ts";
import type { Repository } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { LineRequest, RepositoryRef } from "../ports.ts";
import { lineAnswer } from "./answers.ts";
import type { DeskGlanceAnswer, LineAnswer } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { commandVariables, readCommand } from "./comments.ts";
import { deskRead } from "./desk-answers.ts";
import type { DeskAnswer } from "./desk-answers.ts";
import { readSeen } from "./desk.ts";
import { OBSERVE_LINE, OBSERVE_LINE_AND_COMMAND, OBSERVE_LINE_WITHOUT_RULES } from "./documents.ts";
import { commandAnswer } from "./door-answers.ts";
import type { CommandAnswer } from "./door-answers.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";
import { MISSING_MS, lacksRules } from "./features.ts";
import { ask, beginLook, isAboutComparison, ourCheckFilters } from "./look.ts";
import type { Look } from "./look.ts";

/** What most repositories call it, where nobody knows better; a wrong guess costs one request. */
const BRANCH_GUESS = "main";

export interface FirstLook {
  readonly look: Look;
  readonly repository: Repository;
  readonly answer: LineAnswer;
  /** Null: none is known, or GitHub does not show it. */
  readonly desk: DeskGlance | null;
  /** With all that it says; null: it was not asked for, or it has to be asked for alone. */
  readonly deskSeen: DeskSeen | null;
  /** The comment that was asked for in passing; null: none was, or it has to be asked for alone. */
  readonly heard: CommentSeen | null;
}

const heardAnswer = lineAnswer.extend({
  ...commandAnswer.partial().shape,
  deskRead: deskRead.optional(),
});

/** Default branches as last seen, so that one request is enough from the second look on. */
export type BranchMemory = Map<number, string>;
const BRANCHES_MAX = 10_000;

const renamedSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
});

/**
 * The first request of an observation, asked again where the name belongs to another repository
 * by now, or where the default branch has another name than we thought.
 */
export async function lookFirst(
  client: GitHubClient,
  branches: BranchMemory,
  request: LineRequest,
): Promise<FirstLook> {
  const { repository: ref, memory, now } = request;
  let { owner, name } = ref;
  let branch =
    request.line?.branch ?? request.defaultBranch ?? branches.get(ref.id) ?? BRANCH_GUESS;
  let hasResolved = false;
  for (;;) {
    const line = request.line ?? defaultLine(ref.id, branch);
    const root = request.beside?.root ?? null;
    const look = beginLook({ client, owner, name, line, memory, now, root });
    const asked = await askLine(look, request);
    const { repository: answer, desk } = asked;
    if (answer === null || answer.databaseId !== ref.id) {
      if (hasResolved) throw notFound(ref, "its name belongs to another one");
      ({ owner, name } = await resolveName(client, ref));
      hasResolved = true;
      continue;
    }
    const repository = readRepository(answer, branch);
    remember(branches, ref.id, repository.defaultBranch);
    if (request.line === null && repository.defaultBranch !== branch) {
      branch = repository.defaultBranch;
      continue;
    }
    return {
      look: { ...look, owner: repository.owner, name: repository.name },
      repository,
      answer,
      desk: readGlance(desk),
      deskSeen: readSeen(asked.deskRead ?? null, ref),
      heard: readHeard(asked, ref.id, request),
    };
  }
}

/** As GitHub shows the comment; what is gone, or refused, is asked for alone, which says so. */
function readHeard(
  { comment = null, commented = null }: Asked,
  repositoryId: number,
  { command }: Pick<LineRequest, "command">,
): CommentSeen | null {
  if (command === undefined || comment === null || commented === null) return null;
  return readCommand({ comment, commented }, repositoryId, command);
}

interface Asked {
  readonly comment?: CommandAnswer["comment"] | undefined;
  readonly commented?: CommandAnswer["commented"] | undefined;
  /** Null where no repository has this name. */
  readonly repository: LineAnswer | null;
  readonly desk?: DeskGlanceAnswer | null | undefined;
  readonly deskRead?: DeskAnswer | undefined;
}

async function askLine(look: Look, request: Pick<LineRequest, "desk" | "command">): Promise<Asked> {
  const { desk, command } = request;
  const { branch } = look.line;
  const base = likelyBase(look.memory);
  const { features } = look.client;
  const hasRules = features.rulesFrom <= look.now;
  try {
    return await ask(look, heardAnswer, {
      document: !hasRules
        ? OBSERVE_LINE_WITHOUT_RULES
        : command === undefined
          ? OBSERVE_LINE
          : OBSERVE_LINE_AND_COMMAND,
      variables: {
        branch,
        branchRef: `refs/heads/${branch}`,
        policy: `refs/heads/${branch}:${POLICY_PATH}`,
        baseRef: `refs/tags/${base ?? ""}`,
        isBaseKnown: base !== null,
        desk: desk?.nodeId ?? "",
        isDeskKnown: desk !== undefined,
        isDeskRead: desk?.isRead === true,
        ...ourCheckFilters(look),
        ...(command === undefined || !hasRules ? {} : commandVariables(look.client, command)),
      },
      tolerate: (error) => isAboutComparison(error) || isAboutDesk(error) || isAboutCommand(error),
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "github/not-found") {
      return { repository: null };
    }
    if (!hasRules || !(error instanceof AppError) || !lacksRules(error)) throw error;
    // An older Enterprise Server: what rulesets require is not known there, and nobody can set any.
    features.rulesFrom = look.now + MISSING_MS;
    return askLine(look, request);
  }
}

/** It is gone, or issues were not granted: the line is looked at all the same. */
function isAboutDesk({ type, path }: GraphqlError): boolean {
  const isThere = path?.[0] === "desk" || path?.[0] === "deskRead";
  return isThere && (type === "NOT_FOUND" || type === "FORBIDDEN");
}

function isAboutCommand({ type, path }: GraphqlError): boolean {
  const isThere = path?.[0] === "comment" || path?.[0] === "commented";
  return isThere && (type === "NOT_FOUND" || type === "FORBIDDEN");
}

function readGlance(answer: DeskGlanceAnswer | null | undefined): DeskGlance | null {
  if (answer?.closed === undefined) return null;
  const { closed, lastEditedAt: editedAt = null } = answer;
  const editor = answer.editor?.login ?? null;
  const isOurs = editedAt === null || (editor !== null && editor === answer.author?.login);
  return { editedAt, isOurs, isOpen: !closed };
}

/** The tag of our last release, if we remember one; GitHub's latest release is compared else. */
function likelyBase({ intent, refusal, announcedTag }: Memory): string | null {
  const isRefused = intent !== null && intent.tag === refusal?.tag;
  return (isRefused ? null : intent?.tag) ?? announcedTag;
}

/**
 * Ask for the repository by its id, which a rename or a transfer does not change. GitHub's
 * description of its API leaves `GET /repositories/{id}` out, but its own redirects lead there.
 */
async function resolveName(
  client: GitHubClient,
  ref: RepositoryRef,
): Promise<{ owner: string; name: string }> {
  const path = `/repositories/${ref.id}`;
  const answer = await client.rest({
    method: "GET",
    path,
    scope: { kind: "repository", repositoryId: ref.id },
    allow: [404, 410],
  });
  if (answer.status !== 200) throw notFound(ref, `${answer.status} for its id`);
  const found = understand(`GET ${path}`, renamedSchema, answer.data);
  return { owner: found.owner.login, name: found.name };
}

function notFound(ref: RepositoryRef, what: string): AppError {
  return new AppError(
    "github/not-found",
    `Observe ${ref.owner}/${ref.name} (repository ${ref.id}): ${what}`,
    { retry: { kind: "never" } },
  );
}

function readRepository(answer: LineAnswer, branch: string): Repository {
  return {
    id: answer.databaseId,
    nodeId: answer.id,
    owner: answer.owner.login,
    name: answer.name,
    isPrivate: answer.isPrivate,
    isArchived: answer.isArchived,
    // An empty repository has no branch at all, and so no wrong one.
    defaultBranch: answer.defaultBranchRef?.name ?? branch,
    url: answer.url,
    hasProposalBranch: (answer.proposal ?? null) !== null,
  };
}

function remember(branches: BranchMemory, id: number, branch: string): void {
  branches.delete(id);
  branches.set(id, branch);
  const [oldest] = branches.keys();
  if (branches.size > BRANCHES_MAX && oldest !== undefined) branches.delete(oldest);
}
