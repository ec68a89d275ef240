import { inertCode, inertText, plainLine } from "../inert.ts";
import { isChannelLine } from "../lines.ts";
import { tagOfComponent } from "../policy/policy-lines.ts";
import { toReason } from "../reasons.ts";
import type { Hold } from "../reasons.ts";
import type { Cut } from "../release-card.ts";
import { isActing } from "../start.ts";
import type { Instant, LineState } from "../state.ts";
import type { Subject, Verdict } from "../subject.ts";
import { chooseTagFormat, formatTag, parseTag } from "../version.ts";
import { makeEntry } from "./changelog-entry.ts";
import type { ChangelogEntry } from "./changelog-entry.ts";
import type { CloseReleasePull, FilesAction, FilesCommit } from "./files-action.ts";
import { isCandidate, onForeign, subjectAt } from "./files-brought.ts";
import { readFilesMarker } from "./files-marker.ts";
import type { Brought, FilesMemory, FilesSeen, ReleaseBranch } from "./files-state.ts";
import { describeCommit, formatBranchFolder, renderPullBody } from "./files-words.ts";
import { planFiles } from "./version-files.ts";
import type { PartRelease } from "./version-files.ts";

/** After so many commits that came too late the branch is too busy for one. */
const MOVED_MAX = 3;

/** A release pull that GitHub refused is not tried again on the same head within this time. */
const REFUSAL_MS = 60 * 60_000;
/** Files that were not read, because checks ended meanwhile: soon. */
const AGAIN_MS = 60_000;

type FilesVerdict =
  /** The files say the version already, or the policy asks for none. */
  | { readonly kind: "ready" }
  | { readonly kind: "act"; readonly action: FilesAction; readonly text: string }
  | { readonly kind: "hold"; readonly hold: Hold; readonly wakeAt: Instant | null };

const READY: FilesVerdict = { kind: "ready" };

function hold(
  code: string,
  what: string,
  detail: string,
  more: { readonly blockedBy?: readonly string[]; readonly wakeAt?: Instant } = {},
): FilesVerdict {
  const { blockedBy = [], wakeAt = null } = more;
  return { kind: "hold", hold: { state: "held", code, what, detail, blockedBy }, wakeAt };
}

/** Release pulls whose base was released in another way, such as by hand. */
export function closeSuperseded({ state }: Subject): readonly CloseReleasePull[] {
  if (!isActing(state)) return [];
  const superseded = state.versionFiles?.superseded ?? [];
  return superseded.map((pull) => ({ kind: "closeReleasePull", ...pull }));
}

/** What is decided about a line with its files. */
export interface Judged {
  /** The line as it is judged: at a commit of ours that is released, or at its head. */
  readonly subject: Subject;
  readonly verdict: Verdict;
  /** Write the files first; null: nothing to write. The verdict then has no cut. */
  readonly action: FilesAction | null;
}

/** `judge`: everything else that is asked before a release. */
export function judgeWithFiles(own: Subject, judge: (subject: Subject) => Verdict): Judged {
  const brought = chooseBrought(own, judge);
  if (brought !== null) return brought;
  const subject = onForeign(own);
  const verdict = judge(subject);
  if (verdict.cut === null) return { subject, verdict, action: null };
  const files = judgeFiles(subject, verdict.cut);
  switch (files.kind) {
    case "ready":
      return { subject, verdict, action: null };
    case "act": {
      const { text, action } = files;
      const { tag } = verdict.cut;
      const reason = { state: "releasing", code: "files", text, detail: null } as const;
      const waiting = { ...verdict, reason: { ...reason, blockedBy: [tag] }, cut: null };
      return { subject, verdict: waiting, action };
    }
    case "hold": {
      const { wakeAt } = files;
      const held = { ...verdict, reason: toReason(files.hold, true), cut: null, wakeAt };
      return { subject, verdict: held, action: null };
    }
  }
}

/**
 * The commit of ours, if any, that is the next release. Its version must be the one that the line
 * gives up to it: a label or a revert may have changed that since.
 */
function chooseBrought(own: Subject, judge: (subject: Subject) => Verdict): Judged | null {
  const { state, policy, head } = own;
  if (policy.files === undefined || state.unfinished !== null) return null;
  for (const brought of listUnreleased(state)) {
    if (!isCandidate(brought, head.sha)) continue;
    const subject = subjectAt(own, brought);
    const verdict = judge(subject);
    const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
    if (verdict.version !== null && verdict.version === parseTag(brought.tag, format)) {
      return { subject, verdict, action: null };
    }
  }
  return null;
}

/** Of this line; a channel's commits have their tags, and are in the batch of main again. */
function listUnreleased({ versionFiles, tags }: LineState): readonly Brought[] {
  const released = new Set(tags.map(({ name }) => name));
  const brought = versionFiles?.brought ?? [];
  return brought.filter(({ tag, isOwn }) => isOwn && !released.has(tag));
}

/** What a release on the head asks of the files first. `cut` is decided in everything else. */
function judgeFiles(subject: Subject, cut: Cut): FilesVerdict {
  const { state, policy, head, now } = subject;
  const { files } = policy;
  if (files === undefined || state.unfinished !== null) return READY;
  // It follows a linked component to where that stands; files are written on the head alone.
  if (cut.sha !== head.sha) return READY;
  const seen = state.versionFiles ?? null;
  if (seen === null || seen.atHead === null) {
    const detail = "They are read as soon as the checks are done.";
    const more = { wakeAt: now + AGAIN_MS };
    return hold("files-unread", `the files for ${cut.tag} were not read yet`, detail, more);
  }
  const parts = listParts(subject, cut);
  const plan = planFiles(policy, seen.atHead, { parts, members: seen.members });
  if (plan.kind === "problem") {
    const detail =
      `${inertText(plan.text)}\n\nMend that file, or take it out of \`files\` in the policy. ` +
      "Nothing was written and nothing was tagged.";
    const what = `${cut.tag} cannot be written: ${plainLine(plan.text, 90)}`;
    return hold("files-wrong", what, detail, { blockedBy: [plan.path] });
  }
  const { changes, changelogs } = plan;
  if (changes.length === 0 && changelogs.length === 0) return READY;
  const entry = makeEntry(state, cut, now);
  const commit: FilesCommit = {
    tag: cut.tag,
    base: cut.previousTag,
    parent: cut.sha,
    ...describeCommit(
      parts.map(({ component, tag }) => ({ line: { ...state.line, component }, tag })),
      cut.sha,
    ),
    changes,
    // The others bring their own.
    changelogs: changelogs
      .filter(({ component }) => component === state.line.component)
      .map((own) => ({ ...own, entry })),
  };
  const isPull = files.as === "pull" || isPullOpen(seen.branch) || isPullNeeded(state, cut);
  if (isPull) return judgePull(subject, { cut, seen, commit, entry });
  const text = `releasing ${cut.tag}; its version is written first`;
  return { kind: "act", action: { kind: "commitFiles", ...commit }, text };
}

/** What one commit is for: linked components have one version. */
function listParts(
  { state, policy }: Subject,
  { version, tag: ownTag, previousTag }: Cut,
): readonly (PartRelease & { readonly tag: string })[] {
  const { line, linked, tags } = state;
  const format = chooseTagFormat(policy.tag ?? null, ownTag);
  const olderTags = tags.map(({ name }) => name).filter((name) => name !== previousTag);
  const unreleased = listUnreleased(state).flatMap(({ tag }) => parseTag(tag, format) ?? []);
  const isShared = linked !== null && !isChannelLine(line);
  const names = isShared ? (linked.writers ?? linked.components) : [line.component];
  return names.map((component) => {
    const form = policy.components?.find(({ name }) => name === component);
    const isOwn = component === line.component;
    return {
      component,
      version,
      tag: isOwn || form === undefined ? ownTag : formatTag(version, tagOfComponent(form)),
      // A component's own manifest says it.
      previous: component === "" && previousTag !== null ? parseTag(previousTag, format) : null,
      unreleased: isOwn ? unreleased : [],
      olderTags: isOwn ? olderTags : [],
    };
  });
}

function isPullOpen(branch: ReleaseBranch | null): boolean {
  return branch?.pull?.state === "open";
}

/** The branch moved too often, or its rules want a pull. */
function isPullNeeded({ memory }: LineState, cut: Cut): boolean {
  const known = memoryFor(memory.versionFiles, cut.previousTag);
  return known.moved >= MOVED_MAX || known.refused !== null;
}

/** Tries after another base say nothing about this one. */
export function memoryFor(known: FilesMemory | null, base: string | null): FilesMemory {
  return known !== null && known.base === base
    ? known
    : { base, moved: 0, refused: null, pullRefused: null };
}

function judgePull(
  subject: Subject,
  due: {
    readonly cut: Cut;
    readonly seen: FilesSeen;
    readonly commit: FilesCommit;
    readonly entry: ChangelogEntry;
  },
): FilesVerdict {
  const { state, now } = subject;
  const { cut, seen, commit, entry } = due;
  const { branch } = seen;
  const pull = branch?.pull ?? null;
  const standing = pull === null ? null : readFilesMarker(pull.body, state.line);
  const isCurrent = standing?.tag === cut.tag && standing.parent === cut.sha;
  if (pull !== null && pull.state === "closed") return holdClosed(pull.number, cut.tag);
  if (pull !== null && pull.state === "open") {
    if (pull.isEdited && standing?.tag !== cut.tag) return holdEdited(pull.number, cut.tag);
    if (pull.isEdited || (isCurrent && !pull.isConflicting)) return waitFor(pull.number, cut.tag);
  }
  const refused = memoryFor(state.memory.versionFiles, cut.previousTag).pullRefused;
  if (refused !== null && refused.sha === cut.sha && now < refused.at + REFUSAL_MS) {
    return holdRefused(refused.message, cut.tag, refused.at + REFUSAL_MS);
  }
  const isUsable = pull === null || (pull.state === "open" && !pull.isConflicting);
  const number = (branch?.number ?? 0) + (branch !== null && isUsable ? 0 : 1);
  const isKept = branch !== null && isUsable;
  return {
    kind: "act",
    text: `releasing ${cut.tag} by a release pull`,
    action: {
      kind: "writeReleasePull",
      ...commit,
      branch: isKept
        ? branch.name
        : `${formatBranchFolder(state.line, state.baseTag?.name ?? null)}${number}`,
      branchSha: isKept ? branch.sha : null,
      number: isKept ? (pull?.number ?? null) : null,
      title: commit.headline,
      body: renderPullBody(commit, [entry]),
      entries: [entry],
      closes: pull !== null && pull.state === "open" && pull.isConflicting ? pull.number : null,
    },
  };
}

function waitFor(number: number, tag: string): FilesVerdict {
  const detail = "A person merges it, and its merge is released as soon as its checks are green.";
  const what = `${tag} waits for its release pull #${number} to be merged`;
  const wait = { state: "prepared", code: "release-pull", what, detail } as const;
  return { kind: "hold", hold: { ...wait, blockedBy: [`#${number}`] }, wakeAt: null };
}

function holdClosed(number: number, tag: string): FilesVerdict {
  const detail =
    `Reopen #${number} to release ${inertCode(tag)}, or delete its branch and a new release pull ` +
    "is opened.";
  const what = `the release pull #${number} was closed`;
  return hold("release-pull-closed", what, detail, { blockedBy: [`#${number}`] });
}

function holdEdited(number: number, tag: string): FilesVerdict {
  const detail =
    `#${number} has commits of other people, so it is left as it is. Close it and delete its ` +
    `branch, and a new one is opened for ${inertCode(tag)}.`;
  const what = `the next release is ${tag}, and its release pull #${number} says another version`;
  return hold("release-pull-edited", what, detail, { blockedBy: [`#${number}`] });
}

function holdRefused(message: string, tag: string, wakeAt: Instant): FilesVerdict {
  const detail =
    `GitHub said: ${inertText(message, 2_000)}\n\nLet the App create branches below ` +
    "`smallbatch/` and open pull requests. It is tried again every hour and on every merge.";
  const what = `GitHub refused the release pull of ${tag}: ${plainLine(message, 60)}`;
  return hold("release-pull-refused", what, detail, { wakeAt });
}
