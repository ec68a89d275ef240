import type { Action, Plan } from "../action.ts";
import type { ReleaseCard } from "../card.ts";
import { inertCode, inertText } from "../inert.ts";
import { plan } from "../plan.ts";
import type { Instant, LineState } from "../state.ts";
import { FIRST_VERSION, chooseTagFormat, formatTag } from "../version.ts";
import { asFile } from "./proposal-file.ts";

const NAMED_MAX = 6;
const DAY_MS = 24 * 60 * 60_000;

/** What the merge of a policy file would lead to, once the checks are green. Markdown. */
export function describeStart(state: LineState, file: string, now: Instant): string {
  const planned = plan(asStarted(state, file, now), now);
  const { reason, version } = planned;
  const card = planned.actions.flatMap(cardIn)[0];
  if (card !== undefined) {
    const since = card.previousTag === null ? "" : ` after ${inertCode(card.previousTag)}`;
    return `**First release:** ${inertCode(card.tag)}${since}, with ${listUnits(card)}.`;
  }
  // Files are read when they are to be written.
  if (reason.code === "files-unread" && version !== null) {
    const tag = formatTag(version, chooseTagFormat(null, state.baseTag?.name ?? null));
    return `**First release:** ${inertCode(tag)}; the version is written into its files first.`;
  }
  // What was merged after another base than the one of now is read when it starts.
  if (reason.code === "base-moved") {
    return "**First release:** follows the `base` of the file; its changes are looked at when it starts.";
  }
  if (["idle", "rides-along"].includes(reason.state)) {
    return describeLater(state);
  }
  return describeHold(planned);
}

/** Nothing that was merged asks for a release. */
function describeLater({ baseTag }: LineState): string {
  return baseTag === null
    ? `**First release:** ${inertCode(`v${FIRST_VERSION}`)}, with the next change that asks for one.`
    : `**First release:** with the next change that asks for one. Nothing since ${inertCode(baseTag.name)} does.`;
}

/** As it would be seen then: all checks green, and started now. */
function asStarted(state: LineState, file: string, now: Instant): LineState {
  const { head, memory } = state;
  return {
    ...state,
    policyFile: asFile(file),
    startedAt: now,
    memory: { ...memory, settledContexts: [] },
    head: head && {
      ...head,
      arrivedAt: Math.min(head.arrivedAt, now - DAY_MS),
      checks: head.checks.map((check) => ({ ...check, state: "green" })),
      requiredContexts: [],
    },
  };
}

function cardIn(action: Action): readonly ReleaseCard[] {
  return action.kind === "publishRelease" || action.kind === "draftRelease" ? [action.card] : [];
}

function listUnits({ units }: ReleaseCard): string {
  const names = units.map(({ pull, sha }) =>
    inertCode(pull === null ? sha.slice(0, 7) : `#${pull}`),
  );
  const shown = names.slice(0, NAMED_MAX);
  const left = names.length - shown.length;
  const last = left === 0 ? shown.pop() : `${left} more`;
  return shown.length === 0 ? String(last) : `${shown.join(", ")} and ${last}`;
}

/** It would be held, or prepared for a person. */
function describeHold({ reason: { text, detail } }: Plan): string {
  const isPrepared = text.startsWith("prepared: ");
  const how = isPrepared ? "prepared for a person to publish" : "not at once";
  const what = inertText(text.replace(/^(?:held|prepared): /, ""));
  const said = [`**First release:** ${how}: ${what}.`, detail];
  return said.filter((part) => part !== null).join(" ");
}
