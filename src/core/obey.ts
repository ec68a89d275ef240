import { judgeBatch } from "./batch.ts";
import { judgeBrake } from "./brake.ts";
import { parseCommands } from "./command.ts";
import type { Asked, Command } from "./command.ts";
import { inertCode, inertText } from "./inert.ts";
import { isChannelLine, isMaintenanceLine } from "./lines.ts";
import type { Order } from "./memory.ts";
import { judgeTarget, judgeVague } from "./order-target.ts";
import { judgeRight } from "./permission.ts";
import type { Narrowing, RightName } from "./permission.ts";
import { describeHold, judgeHold, judgeResume } from "./person-hold.ts";
import { effectivePolicyOf } from "./policy/policy.ts";
import { choosePreview, formatPreviewTag, PREVIEWS_MAX } from "./preview-tag.ts";
import { answer } from "./question.ts";
import type { Decision, Question } from "./question.ts";
import { isInRange } from "./range.ts";
import { judgeRollback } from "./rollback/judge-rollback.ts";
import { readIssueCommand } from "./rollback/rollback-door.ts";
import type { CommentSeen, PullHead } from "./said.ts";
import { isStarted } from "./start.ts";
import type { Instant, LineState, TagSeen } from "./state.ts";
import { subjectOf } from "./subject-of.ts";
import type { Subject } from "./subject.ts";
import { judgeLine } from "./verdict.ts";
import { chooseTagFormat, compareVersions, formatTag, isStable, parseTag } from "./version.ts";

/** What was said longer ago, while nobody was here, is asked for again by who still wants it. */
const SAID_MS_MAX = 24 * 60 * 60_000;

/** Version that a preview of the pull would have; null where none can be said. */
export type VersionOf = () => string | null;

/** The commands of a comment as it stands now; the text of an issue asks for rollbacks alone. */
export function commandsOf({ body, issue }: CommentSeen): readonly Command[] {
  if (issue === null) return parseCommands(body);
  const command = readIssueCommand(body);
  return command === null ? [] : [command];
}

/** Is it somebody's word still? Null: yes; else why nothing is done, or nothing at all. */
export function judgeComment(comment: CommentSeen, now: Instant): Decision | null {
  if (comment.author.isBot || comment.author.id === null) return { kind: "nothing" };
  // Whoever closed it does not want it any more, or it was answered.
  if (comment.issue?.isOpen === false) return { kind: "nothing" };
  if (comment.isEdited) {
    const what = comment.issue === null ? "comment" : "issue";
    return answer(`the ${what} was edited, and only what was said at once counts. Say it anew.`);
  }
  if (now - comment.createdAt <= SAID_MS_MAX) return null;
  if (comment.isTaken) return { kind: "nothing" };
  return answer("it was said more than a day before Smallbatch read it. Say it again if it holds.");
}

/** Decide about one command; nothing is read and nothing is changed here. */
export function judgeCommand(
  question: Question,
  command: Command,
  versionOf?: VersionOf,
): Decision {
  if (command.kind === "wrong") return answer(`${command.problem}.`);
  return judgeAsked(question, command.asked, versionOf);
}

/** The same of what was asked for without words, by a box of the desk. */
export function judgeAsked(
  question: Question,
  asked: Asked,
  versionOf: VersionOf = () => null,
): Decision {
  const { state, pull } = question;
  if (asked.kind === "why") return judgePerson(question, "look", null) ?? { kind: "why" };
  if (state.head === null) return answer("the branch has no commit yet.");
  if (state.repository.isArchived) return answer("the repository is archived.");
  const policy = effectivePolicyOf(state);
  const subject =
    policy.kind === "invalid" ? null : subjectOf(state, state.head, policy, question.now);
  const denied = judgeAsker(question, asked, subject);
  if (denied !== null) return denied;
  if (!isStarted(state)) {
    return answer("Smallbatch only watches here until `.github/smallbatch.yml` stands.");
  }
  const isOfSize = asked.kind === "size-ok";
  if (!state.canRelease && !isOfSize)
    return answer("this App only observes; it may create no tag here.");
  const isOfBranch = !isOfSize && asked.kind !== "rollback";
  if (pull !== null && pull.baseBranch !== state.line.branch && isOfBranch) {
    const branches = [pull.baseBranch, state.line.branch].map((name) => inertCode(name));
    return answer(`this goes into ${branches[0]}, and releases are made of ${branches[1]}.`);
  }
  // Also under a policy that is not valid: it may be mended while nobody looks.
  if (asked.kind === "hold") return judgeHold(question, asked.reason);
  if (asked.kind === "resume") {
    const isBraked = subject !== null && judgeBrake(subject).kind === "on";
    return judgeResume(question, { reason: asked.reason, isBraked });
  }
  if (asked.kind === "notes") return judgeNotes(question, asked.text);
  if (subject === null) return answer("the policy file is not valid; mend it first.");
  if (asked.kind === "size-ok") return judgeSizeOk(question, asked.reason);
  if (asked.kind === "rollback") return judgeRollback(question, subject, asked);
  return asked.kind === "preview"
    ? judgePreview(question, subject, versionOf)
    : judgeRelease(question, subject, asked);
}

function judgeAsker(
  question: Question,
  { kind }: Exclude<Asked, { kind: "why" }>,
  subject: Subject | null,
): Decision | null {
  if (kind === "notes") return judgePerson(question, rightToWord(question), null);
  const right = RIGHT_OF[kind];
  return judgePerson(question, right, subject?.policy.may?.[right] ?? null);
}

/** Authors of pulls say what they did. */
function rightToWord({ pull, by }: Question): RightName {
  return pull?.author.login.toLowerCase() === by.login.toLowerCase() ? "wordOwn" : "word";
}

/** Which right of the table each command needs, and which key of `may` narrows it. */
const RIGHT_OF = {
  release: "release",
  preview: "preview",
  hold: "hold",
  resume: "hold",
  rollback: "rollBack",
  "size-ok": "liftSize",
} as const satisfies Readonly<Record<Exclude<Asked["kind"], "why" | "notes">, RightName>>;

function judgePerson(
  { by }: Question,
  right: RightName,
  narrowing: Narrowing | null,
): Decision | null {
  const ruling = judgeRight(right, by, narrowing);
  return ruling.kind === "may" ? null : answer(`this needs ${ruling.needs}.`);
}

function judgeRelease(
  { state, by, said, now }: Question,
  subject: Subject,
  asked: Extract<Asked, { kind: "release" }>,
): Decision {
  const elsewhere = judgeTarget(subject, asked);
  if (elsewhere !== null) {
    return said.isTaken ? { kind: "nothing" } : { kind: "elsewhere", text: elsewhere };
  }
  const { order: kept, hold } = state.memory;
  // Kept already: whoever took it did not come to the end.
  const isKept = kept !== null && kept.url === said.url;
  if (said.isTaken && (isKept || isDone(state, said))) return { kind: "nothing" };
  const version = asked.how === "as" ? asked.version : null;
  const tagged = version === null ? null : findTagged(subject, version);
  if (said.isTaken && tagged !== null && tagged.name === state.baseTag?.name) {
    return { kind: "finish", intent: { tag: tagged.name, sha: tagged.sha } };
  }
  if (hold !== null) return answer(`${describeHold(hold)}. Say \`/resume\` first.`);
  const isMade = said.isTaken && tagged !== null && tagged.name === state.unfinished?.name;
  const wrong = asked.how !== "as" || isMade ? null : judgeVersion(subject, asked);
  if (wrong !== null) return answer(wrong);
  const { level } = judgeBatch(state, subject.policy);
  const order: Order = {
    how: asked.how,
    version,
    level: level === "none" ? "patch" : level,
    base: state.baseTag?.name ?? null,
    by: by.login,
    url: said.url,
    at: now,
  };
  const { reason, cut } = judgeLine({ ...subject, order });
  if (cut === null && (reason.state === "idle" || reason.state === "released")) {
    return answer(`there is nothing to release: ${inertText(reason.text)}.`);
  }
  if (reason.code.startsWith("base-") || reason.code === "no-root") {
    const words = [`${inertText(reason.text)}.`, reason.detail];
    return answer(words.filter((part) => part !== null).join(" "));
  }
  return { kind: "order", order };
}

/**
 * Told once more, after the database was lost: what was taken had its release if one was published
 * since. A release of the same moment counts: better said again than released twice.
 */
function isDone({ releases }: LineState, { at }: Question["said"]): boolean {
  return releases.some(({ publishedAt }) => publishedAt !== null && publishedAt >= at);
}

/** Tag of the version; null: none stands. */
function findTagged({ state, policy }: Subject, version: string): TagSeen | null {
  const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
  return state.tags.find(({ name }) => parseTag(name, format) === version) ?? null;
}

/** What is wrong with the version that somebody wants; null: nothing. */
function judgeVersion(
  subject: Subject,
  asked: { readonly version: string; readonly component?: string },
): string | null {
  const { state, policy } = subject;
  const { version } = asked;
  const base = state.baseTag?.name ?? null;
  const format = chooseTagFormat(policy.tag ?? null, base);
  const tag = inertCode(formatTag(version, format));
  const { line, repository } = state;
  if (isChannelLine(line)) {
    return "a channel gets the prereleases that follow; say `/release` or `/release now`.";
  }
  const vague = judgeVague(subject, asked);
  if (vague !== null) return vague;
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

function judgePreview({ pull }: Question, { policy }: Subject, versionOf: VersionOf): Decision {
  if (policy.preview !== "on") {
    return answer("previews are off here; `preview: on` in `.github/smallbatch.yml` allows them.");
  }
  if (pull === null) return answer("a preview is of a pull request; this is an issue.");
  if (pull.isFork) {
    return answer(
      "a fork's work gets no tag in this repository. Its branch can be fetched as it is.",
    );
  }
  const same = choosePreview(pull.previews, { pull: pull.number, sha: pull.headSha });
  if (same.kind === "stands") return { kind: "preview", tag: same.tag, sha: pull.headSha };
  if (!pull.isOpen) return answer("the pull request is closed.");
  if (!pull.isProven) return answer(explainMoved(pull));
  if (same.kind === "enough") {
    return answer(`it has ${PREVIEWS_MAX} previews already, and they are never moved or deleted.`);
  }
  const version = versionOf();
  if (version === null) {
    return answer("no version can be said now; the check `smallbatch/preview` says why.");
  }
  const tag = formatPreviewTag({ pull: pull.number, version, nth: same.nth, sha: pull.headSha });
  return { kind: "preview", tag, sha: pull.headSha };
}

/** Of the head that stood there when it was said, and of no later one. */
function judgeSizeOk({ pull, said }: Question, reason: string): Decision {
  if (pull === null) return answer("a size is that of a pull request; this is an issue.");
  // It was obeyed, and is over.
  if (said.isTaken && !(pull.isOpen && pull.isProven)) return { kind: "nothing" };
  if (!pull.isOpen) return answer("the pull request is closed.");
  return pull.isProven ? { kind: "measure", reason } : answer(explainMoved(pull));
}

/** Also where nothing is drafted: whoever wrote the pull knows best what it does. */
function judgeNotes({ pull, said }: Question, text: string): Decision {
  if (pull === null)
    return answer("a line of the notes is that of a pull request; this is an issue.");
  if (pull.isOpen || pull.isMerged) return { kind: "word", text };
  // It was obeyed, and is over.
  if (said.isTaken) return { kind: "nothing" };
  return answer("the pull request was closed without a merge.");
}

function explainMoved({ headSha }: Pick<PullHead, "headSha">): string {
  return (
    `the head is ${headSha.slice(0, 7)} now, and it was not when this was said, or GitHub does not ` +
    "tell. Look at it, and say it again."
  );
}
