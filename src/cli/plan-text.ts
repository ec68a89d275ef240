import type { Plan } from "../core/action.ts";
import type { FilesCommit } from "../core/files/files-action.ts";
import { plainLine } from "../core/inert.ts";
import { isChannelLine } from "../core/lines.ts";
import type { LineState } from "../core/state.ts";

/** `2026-11-22 20:31 UTC` */
export function formatInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A plan as people read it in a terminal of 80 columns. */
export function renderPlan(state: LineState, plan: Plan): string {
  const { repository, line } = state;
  const rows: [string, string][] = [["state", plan.reason.text]];
  const newest = state.releases.find(
    ({ isDraft, isPrerelease }) => !isDraft && (!isPrerelease || isChannelLine(line)),
  );
  rows.push(["released", newest === undefined ? "nothing yet" : newest.tag]);
  if (plan.version !== null && plan.reason.state !== "released") rows.push(["next", plan.version]);
  rows.push(["unreleased", countCommits(state)]);
  if (plan.reason.blockedBy.length > 0) rows.push(["blocked by", plan.reason.blockedBy.join(", ")]);
  if (plan.notes !== undefined) rows.push(["notes", describeNotes(plan.notes)]);
  if (plan.wakeAt !== null) rows.push(["look again", formatInstant(plan.wakeAt)]);
  const table = rows.map(([name, text]) => `  ${name.padEnd(11)} ${text}`);
  const detail = plan.reason.detail === null ? [] : ["", ...indent(plan.reason.detail)];
  const where = [line.branch, ...(line.component === "" ? [] : [line.component])].join(", ");
  return [`${repository.owner}/${repository.name}, ${where}`, ...table, ...detail].join("\n");
}

/** Where the lines of the next notes come from. */
export function describeNotes({ source, reason }: NonNullable<Plan["notes"]>): string {
  const words = source === "claude" ? "worded by Claude" : "made of titles";
  return reason === null ? words : `${words}: ${plainLine(reason)}`;
}

function countCommits(state: LineState): string {
  const count = `${state.commitCount} commit${state.commitCount === 1 ? "" : "s"}`;
  return state.baseTag === null
    ? `${count} since the start`
    : `${count} since ${state.baseTag.name}`;
}

function indent(text: string): string[] {
  return text.split("\n").map((row) => (row === "" ? "" : `  ${row}`));
}

/** The same for scripts. Keys are only ever added. */
export function planToJson(state: LineState, plan: Plan): Record<string, unknown> {
  return {
    repository: `${state.repository.owner}/${state.repository.name}`,
    repositoryId: state.repository.id,
    line: {
      branch: state.line.branch,
      component: state.line.component,
      channel: state.line.channel,
    },
    head: state.head?.sha ?? null,
    base: state.baseTag?.name ?? null,
    unreleasedCommits: state.commitCount,
    state: plan.reason.state,
    reason: plan.reason.code,
    text: plan.reason.text,
    detail: plan.reason.detail,
    blockedBy: plan.reason.blockedBy,
    version: plan.version,
    wakeAt: plan.wakeAt === null ? null : new Date(plan.wakeAt).toISOString(),
    published: plan.published,
    ...(plan.notes === undefined ? {} : { notes: plan.notes }),
    actions: plan.actions.map(describeAction),
  };
}

function describeAction(action: Plan["actions"][number]): Record<string, unknown> {
  switch (action.kind) {
    case "createTag":
      return { kind: action.kind, tag: action.tag, sha: action.sha };
    case "publishDraft":
      return { kind: action.kind, tag: action.tag, sha: action.sha };
    case "publishRelease":
    case "draftRelease":
      return {
        kind: action.kind,
        tag: action.tag,
        sha: action.sha,
        title: action.title,
        body: action.body,
      };
    case "writeCheck":
      return {
        kind: action.kind,
        sha: action.sha,
        conclusion: action.conclusion,
        title: action.title,
      };
    case "commitFiles":
    case "writeReleasePull":
      return { kind: action.kind, tag: action.tag, parent: action.parent, files: pathsOf(action) };
    case "closeReleasePull":
      return { kind: action.kind, tag: action.tag, number: action.number };
    case "writeProposal":
    case "closeProposal":
      return { kind: action.kind, number: action.number };
    case "announce":
      return {
        kind: action.kind,
        tag: action.tag,
        on: action.comments.map((comment) => comment.subject.number),
      };
  }
}

function pathsOf({ changes, changelogs }: FilesCommit): readonly string[] {
  return [...changes, ...changelogs].map(({ path }) => path);
}
