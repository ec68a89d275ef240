import { judgeBatch } from "./batch.ts";
import { parseCommands } from "./command.ts";
import type { Asked, Command } from "./command.ts";
import { inertCode, inertText } from "./inert.ts";
import { isChannelLine, isMaintenanceLine } from "./lines.ts";
import type { Order } from "./memory.ts";
import { judgeRight } from "./permission.ts";
import type { Narrowing } from "./permission.ts";
import { effectivePolicyOf } from "./policy.ts";
import { choosePreview, formatPreviewTag, PREVIEWS_MAX } from "./preview-tag.ts";
import { isInRange } from "./range.ts";
import type { CommentSeen } from "./said.ts";
import { isStarted } from "./start.ts";
import type { Instant, LineState, Permission, Sha, TagSeen } from "./state.ts";
import { subjectOf } from "./subject-of.ts";
import type { Subject } from "./subject.ts";
import { judgeLine } from "./verdict.ts";
import { chooseTagFormat, compareVersions, formatTag, isStable, parseTag } from "./version.ts";

/** What was said longer ago, while nobody was here, is asked for again by who still wants it. */
const SAID_MS_MAX = 24 * 60 * 60_000;

/** What becomes of one command. */
export type Decision =
  | { readonly kind: "order"; readonly order: Order }
  /** The tag may stand already: it is created by its name. */
  | { readonly kind: "preview"; readonly tag: string; readonly sha: Sha }
  /** Its tag was made before the database was lost: known as ours, the next look finishes it. */
  | { readonly kind: "resume"; readonly intent: { readonly tag: string; readonly sha: Sha } }
  /** Not done; Markdown says why, and what to do. */
  | { readonly kind: "answer"; readonly text: string }
  /** Not a word: it was done before, or it is nobody's to say. */
  | { readonly kind: "nothing" };

export interface Question {
  readonly state: LineState;
  readonly comment: CommentSeen;
  /** Of the author on the repository, asked now. */
  readonly permission: Permission;
  readonly now: Instant;
}

/** Version that a preview of the pull would have; null where none can be said. */
export type VersionOf = () => string | null;

const answer = (text: string): Decision => ({ kind: "answer", text });

/** The commands of a comment as it stands now. */
export function commandsOf({ body }: CommentSeen): readonly Command[] {
  return parseCommands(body);
}

/** Is it somebody's word still? Null: yes; else why nothing is done, or nothing at all. */
export function judgeComment(comment: CommentSeen, now: Instant): Decision | null {
  if (comment.author.isBot || comment.author.id === null) return { kind: "nothing" };
  if (comment.isEdited) {
    return answer("the comment was edited, and only what was said at once counts. Say it anew.");
  }
  if (now - comment.createdAt <= SAID_MS_MAX) return null;
  if (comment.isTaken) return { kind: "nothing" };
  return answer("it was said more than a day before Smallbatch read it. Say it again if it holds.");
}

/** Decide about one command; nothing is read and nothing is changed here. */
export function judgeCommand(
  question: Question,
  command: Command,
  versionOf: VersionOf = () => null,
): Decision {
  if (command.kind === "wrong") return answer(`${command.problem}.`);
  const { asked } = command;
  const { state, comment } = question;
  const policy = effectivePolicyOf(state);
  if (state.head === null) return answer("the branch has no commit yet.");
  if (state.repository.isArchived) return answer("the repository is archived.");
  if (policy.kind === "invalid") return answer("the policy file is not valid; mend it first.");
  const subject = subjectOf(state, state.head, policy, question.now);
  const denied = judgePerson(question, asked, subject.policy.may?.[asked.kind] ?? null);
  if (denied !== null) return denied;
  if (!isStarted(state)) {
    return answer("Smallbatch only watches here until `.github/smallbatch.yml` stands.");
  }
  if (!state.canRelease) return answer("this App only observes; it may create no tag here.");
  const { pull } = comment;
  if (pull !== null && pull.baseBranch !== state.line.branch) {
    const branches = [pull.baseBranch, state.line.branch].map((name) => inertCode(name));
    return answer(`this goes into ${branches[0]}, and releases are made of ${branches[1]}.`);
  }
  return asked.kind === "preview"
    ? judgePreview(question, subject, versionOf)
    : judgeRelease(question, subject, asked);
}

function judgePerson(
  { comment, permission }: Question,
  asked: Asked,
  narrowing: Narrowing | null,
): Decision | null {
  const { login } = comment.author;
  const ruling = judgeRight(asked.kind, { login, permission }, narrowing);
  if (ruling.kind === "may") return null;
  return answer(`this needs ${ruling.needs}.`);
}

function judgeRelease(
  { state, comment, now }: Question,
  subject: Subject,
  asked: Extract<Asked, { kind: "release" }>,
): Decision {
  const { order: kept } = state.memory;
  // Kept already: whoever took it did not come to the end.
  const isKept = kept !== null && kept.url === comment.url;
  if (comment.isTaken && (isKept || isDone(state, comment))) return { kind: "nothing" };
  const version = asked.how === "as" ? asked.version : null;
  const tagged = version === null ? null : findTagged(subject, version);
  if (comment.isTaken && tagged !== null && tagged.name === state.baseTag?.name) {
    return { kind: "resume", intent: { tag: tagged.name, sha: tagged.sha } };
  }
  const isMade = comment.isTaken && tagged !== null && tagged.name === state.unfinished?.name;
  const wrong = version === null || isMade ? null : judgeVersion(subject, version);
  if (wrong !== null) return answer(wrong);
  const { level } = judgeBatch(state, subject.policy);
  const order: Order = {
    how: asked.how,
    version,
    level: level === "none" ? "patch" : level,
    base: state.baseTag?.name ?? null,
    by: comment.author.login,
    url: comment.url,
    at: now,
  };
  const { reason, cut } = judgeLine({ ...subject, order });
  if (cut === null && (reason.state === "idle" || reason.state === "released")) {
    return answer(`there is nothing to release: ${inertText(reason.text)}.`);
  }
  if (reason.code.startsWith("base-")) {
    const said = [`${inertText(reason.text)}.`, reason.detail];
    return answer(said.filter((part) => part !== null).join(" "));
  }
  return { kind: "order", order };
}

/**
 * Told once more, after the database was lost: what was taken had its release if one was published
 * since. A release of the same moment counts: better said again than released twice.
 */
function isDone({ releases }: LineState, { createdAt }: CommentSeen): boolean {
  return releases.some(({ publishedAt }) => publishedAt !== null && publishedAt >= createdAt);
}

/** Tag of the version; null: none stands. */
function findTagged({ state, policy }: Subject, version: string): TagSeen | null {
  const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
  return state.tags.find(({ name }) => parseTag(name, format) === version) ?? null;
}

/** What is wrong with the version that somebody wants; null: nothing. */
function judgeVersion(subject: Subject, version: string): string | null {
  const { state, policy } = subject;
  const base = state.baseTag?.name ?? null;
  const format = chooseTagFormat(policy.tag ?? null, base);
  const tag = inertCode(formatTag(version, format));
  const { line, repository } = state;
  if (isChannelLine(line)) {
    return "a channel gets the prereleases that follow; say `/release` or `/release now`.";
  }
  if (policy.components !== undefined) {
    return "this repository has components with versions of their own; say `/release` or `/release now`.";
  }
  if (!isStable(version)) return `${tag} would be a prerelease, and this line has stable releases.`;
  if (isMaintenanceLine(line, repository.defaultBranch) && !isInRange(version, line.branch)) {
    return `${tag} is not in the range of ${inertCode(line.branch)}.`;
  }
  const known = base === null ? null : parseTag(base, format);
  if (base !== null && known !== null && compareVersions(version, known) <= 0) {
    return `${tag} is not higher than ${inertCode(base)}, the last release.`;
  }
  const taken = findTagged(subject, version);
  if (taken !== null) return `${inertCode(taken.name)} stands already.`;
  const isGone = state.memory.announcedTag === formatTag(version, format);
  return isGone ? `${tag} was released before, and its tag is gone.` : null;
}

function judgePreview({ comment }: Question, { policy }: Subject, versionOf: VersionOf): Decision {
  const { pull, number } = comment;
  if (policy.preview !== "on") {
    return answer("previews are off here; `preview: on` in `.github/smallbatch.yml` allows them.");
  }
  if (pull === null) return answer("a preview is of a pull request; this is an issue.");
  if (pull.isFork) {
    return answer(
      "a fork's work gets no tag in this repository. Its branch can be fetched as it is.",
    );
  }
  const sha = pull.headSha.slice(0, 7);
  const same = choosePreview(comment.previews, { pull: number, sha: pull.headSha });
  if (same.kind === "stands") return { kind: "preview", tag: same.tag, sha: pull.headSha };
  if (!pull.isOpen) return answer("the pull request is closed.");
  if (!pull.isProven) {
    return answer(
      `the head is ${sha} now, and it was not when this was said, or GitHub does not tell. ` +
        "Look at it, and say it again.",
    );
  }
  if (same.kind === "enough") {
    return answer(`it has ${PREVIEWS_MAX} previews already, and they are never moved or deleted.`);
  }
  const version = versionOf();
  if (version === null) {
    return answer("no version can be said now; the check `smallbatch/preview` says why.");
  }
  const tag = formatPreviewTag({ pull: number, version, nth: same.nth, sha: pull.headSha });
  return { kind: "preview", tag, sha: pull.headSha };
}
