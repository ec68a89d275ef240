import { listPolicy, standingFile } from "../core/policy/policy-rows.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import type { OpenPull, SizeSeen } from "../core/pulls/open-pull.ts";
import { exemptRestoration } from "../core/rollback/restoration-marker.ts";
import { SIZE_CHECK_NAME, sizeCheckOf, sizeIdOf, unansweredIdOf } from "../core/size/size-check.ts";
import type { LimitSource, SizeFacts } from "../core/size/size-check.ts";
import { exemptReleasePull } from "../core/size/size-exempt.ts";
import { groupCheckOf } from "../core/size/size-group.ts";
import type { GroupMember } from "../core/size/size-group.ts";
import { compareSizeLabels } from "../core/size/size-labels.ts";
import { mayChangeNote, nextSizeNote } from "../core/size/size-note.ts";
import { renderSplitPlan } from "../core/size/size-plan-words.ts";
import { planSplit } from "../core/size/size-plan.ts";
import type { SplitPlan } from "../core/size/size-plan.ts";
import { sizePolicyOf, sizeTellingOf } from "../core/size/size-schema.ts";
import { findUnruled, unruledCheckOf } from "../core/size/size-unruled.ts";
import { measureSize } from "../core/size/size.ts";
import type { Change, Size } from "../core/size/size.ts";
import { isStarted } from "../core/start.ts";
import type { LineState, OurCheck, Sha } from "../core/state.ts";
import { replaceSizeNote, sizeNoteIn } from "../core/status-comment.ts";
import type { PullChange } from "../size-port.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { readChange, withAttributes } from "./pull-change.ts";
import { exemptionKeyOf, findException, findExemption, markSummary } from "./size-exceptions.ts";

export interface Sized {
  /**
   * What became of it. `moved`: the pull has another head by now. `again`: GitHub did not list its
   * files, and is worth to be asked once more by itself.
   */
  readonly kind: "done" | "moved" | "again";
  /** What stands on the head; null: nothing. */
  readonly said: GroupMember["said"];
}

const NOTHING: PullChange = {
  files: [],
  isTruncated: true,
  attributeFiles: [],
  baseSha: null,
  findImports: () => [],
};

/**
 * Say how large an open pull is: labels and the comment first, then the check, whose `external_id`
 * says that all of it is done. Nothing is read where it stands already, and nothing is said in a
 * repository that is only watched.
 */
export async function checkPullSize(
  request: DoorsRequest,
  state: LineState,
  pull: OpenPull,
): Promise<Sized> {
  const { sized } = pull;
  const judged = judgeTelling(state);
  if (sized === null) return { kind: "done", said: null };
  if (judged === null) return sayUnruled(request, state, { pull, sized });
  const { check: telling, labels } = judged.telling;
  const exception = await findException(request, state, pull);
  const by = { ...judged, exception };
  const ours = exemptReleasePull(pull, state.line) ?? exemptOurs(request, state, pull);
  const externalId = sizeIdOf(pull, { ...by, exempt: ours ?? exemptionKeyOf(state, pull) });
  const standing = { kind: "done", said: standingOf(sized) } as const;
  if (externalId === sized.ourCheck?.externalId) return standing;
  const read = await readChange(request, state, pull);
  if (read === "moved") return { kind: "moved", said: null };
  const unansweredId = unansweredIdOf(externalId);
  // Once more by itself, then only as something changes.
  if (read === "unanswered" && sized.ourCheck?.externalId === unansweredId) return standing;
  const change = read === "unanswered" ? NOTHING : read;
  const measured = withAttributes(change);
  const size = measureSize(measured, by.policy);
  const plan = await planParts(request, state, { pull, size, change: measured });
  const facts: SizeFacts = {
    ...by,
    pull: pull.number,
    headSha: pull.headSha,
    size,
    telling,
    baseSha: change.baseSha,
    unanswered: read === "unanswered" ? sized.totals : null,
    policyBranch: state.repository.defaultBranch,
    plan: plan === null ? null : renderSplitPlan(plan),
    exempt: size.verdict === "ok" ? null : (ours ?? (await findExemption(request, state, pull))),
  };
  if (labels && read !== "unanswered") await setLabels(request, state, { pull, sized, size });
  await tellAuthor(request, state, { pull, sized, facts });
  const said = sizeCheckOf(facts);
  request.ensureAlone();
  await request.forge.apply(state, {
    kind: "writeCheck",
    name: SIZE_CHECK_NAME,
    sha: pull.headSha,
    existing: sized.ourCheck,
    externalId: read === "unanswered" ? unansweredId : externalId,
    ...said,
    summary: markSummary(request, state, { summary: said.summary, exception }),
  });
  return { kind: read === "unanswered" ? "again" : "done", said };
}

function exemptOurs(
  { forge }: DoorsRequest,
  { repository }: LineState,
  pull: OpenPull,
): string | null {
  const { rollbacks } = forge;
  return rollbacks === undefined ? null : exemptRestoration(pull, repository.id, rollbacks.sign);
}

/** A policy that was never valid has no limits; a check that a branch requires is due all the same. */
async function sayUnruled(
  { forge, ensureAlone }: DoorsRequest,
  state: LineState,
  { pull, sized }: { readonly pull: OpenPull; readonly sized: SizeSeen },
): Promise<Sized> {
  const errors = findUnruled(state);
  if (errors === null) return { kind: "done", said: null };
  const said = unruledCheckOf(pull, errors, state.repository.defaultBranch);
  const { ourCheck: existing } = sized;
  if (said.externalId === existing?.externalId) return { kind: "done", said };
  ensureAlone();
  const write = { kind: "writeCheck", name: SIZE_CHECK_NAME, sha: pull.headSha } as const;
  await forge.apply(state, { ...write, existing, ...said });
  return { kind: "done", said };
}

function standingOf({ ourCheck, conclusion }: SizeSeen): GroupMember["said"] {
  return ourCheck === null || conclusion === null ? null : { title: ourCheck.title, conclusion };
}

/** Say on the commit of a merge group what the check of each of its pulls says. */
export async function checkGroupSize(
  request: DoorsRequest,
  state: LineState,
  group: {
    readonly group: Sha;
    /** `pull`: null where it is open no more. */
    readonly members: readonly { readonly number: number; readonly pull: OpenPull | null }[];
    /** Does GitHub say which there are? */
    readonly isWhole: boolean;
    readonly ourCheck: OurCheck | null;
  },
): Promise<void> {
  if (!isSizeTold(state)) return;
  const members: GroupMember[] = [];
  for (const { number, pull } of group.members) {
    const sized = pull === null ? null : await checkPullSize(request, state, pull);
    members.push({ number, said: sized?.said ?? null });
  }
  const check = groupCheckOf(members, group.isWhole);
  const { ourCheck: existing, group: sha } = group;
  if (check.externalId === existing?.externalId) return;
  request.ensureAlone();
  const write = { kind: "writeCheck", name: SIZE_CHECK_NAME, sha } as const;
  await request.forge.apply(state, { ...write, existing, ...check });
}

/** Are sizes told here at all? */
export function isSizeTold(state: LineState): boolean {
  return judgeTelling(state) !== null || findUnruled(state) !== null;
}

/** By which policy sizes are told; null: they are not. */
function judgeTelling(state: LineState) {
  const effective = effectivePolicyOf(state);
  const policy = policyIn(effective) ?? (effective.kind === "absent" ? DEFAULT_POLICY : null);
  if (policy === null || !isStarted(state)) return null;
  const { check, labels } = sizeTellingOf(policy);
  if (check === "off") return null;
  return { policy: sizePolicyOf(policy), telling: { check, labels }, sources: sourcesOf(state) };
}

/** Only what is large costs requests for its commits. */
async function planParts(
  { forge }: DoorsRequest,
  state: LineState,
  {
    pull,
    size,
    change,
  }: { pull: OpenPull; size: Size; change: PullChange & Pick<Change, "attributesOf"> },
): Promise<SplitPlan | null> {
  if (size.verdict === "ok" || change.files.length === 0) return null;
  const commits = await forge.sizes.readCommits(state, pull);
  return planSplit({ size, change, commits, imports: change.findImports() });
}

const LIMIT_KEY = /^size\.(?:warn|limit)\b/;

/** Where the limits are said, where they are said at all. */
function sourcesOf(state: LineState): readonly LimitSource[] {
  const file = standingFile(state);
  return (file === null ? [] : listPolicy(file)).filter(({ key }) => LIMIT_KEY.test(key));
}

async function setLabels(
  { forge, ensureAlone }: DoorsRequest,
  state: LineState,
  { pull, sized, size }: { pull: OpenPull; sized: SizeSeen; size: SizeFacts["size"] },
): Promise<void> {
  const change = compareSizeLabels(size, sized.labels);
  if (change === null) return;
  ensureAlone();
  await forge.sizes.label(state, pull, change);
}

/** Only over the limit, in the one comment that is edited in place; folded when it is over no more. */
async function tellAuthor(
  { forge, ensureAlone }: DoorsRequest,
  state: LineState,
  { pull, sized, facts }: { pull: OpenPull; sized: SizeSeen; facts: SizeFacts },
): Promise<void> {
  if (!mayChangeNote(facts, pull, sized.hasComment)) return;
  const status = await forge.sizes.readStatus(state, pull.number);
  const note = nextSizeNote(facts, pull, {
    standing: sizeNoteIn(status?.body ?? ""),
    checks: `${state.repository.url}/pull/${pull.number}/checks`,
  });
  if (note === null) return;
  ensureAlone();
  const body = replaceSizeNote(status?.body ?? null, note);
  await forge.tell(state, { status, number: pull.number }, body);
}
