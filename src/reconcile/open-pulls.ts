import type { Command } from "../core/command.ts";
import { earliest } from "../core/earliest.ts";
import type { NoteLine } from "../core/evidence/note-line.ts";
import { NO_MANIFESTS } from "../core/install.ts";
import { renderWorded } from "../core/notes.ts";
import { judgeCommand } from "../core/obey.ts";
import type { OpenPull } from "../core/pulls/open-pull.ts";
import { renderPullCheck } from "../core/pulls/pull-check.ts";
import { previewPull, previewVersion } from "../core/pulls/pull-preview.ts";
import type { Previewed } from "../core/pulls/pull-preview.ts";
import type { Decision, Question } from "../core/question.ts";
import { checkReleasePull } from "../core/release-pull-check.ts";
import type { Instant, LineState, OurCheck } from "../core/state.ts";
import type { LinePlanned } from "../core/why.ts";
import type { PullLook } from "../doors-port.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { checkGroup } from "./group-checks.ts";
import { OPEN_DRAFTS_MS, wordPull } from "./open-drafts.ts";
import { checkPullPolicy } from "./pull-policies.ts";
import { checkPullSize, isSizeTold } from "./pull-sizes.ts";

/** The tag, the reaction, and a look at the check, which says how to install it. */
export async function tagPreview(
  request: DoorsRequest,
  question: Question,
  asked: {
    readonly command: Command;
    readonly commentId: number;
    readonly states: readonly LineState[];
  },
): Promise<Decision> {
  const { forge, store, repository, ensureAlone } = request;
  const { state, pull: on, now } = question;
  const { command, commentId, states } = asked;
  // Whatever the version: is there a preview to make at all?
  const decided = judgeCommand(question, command, () => "0.0.0");
  if (decided.kind !== "preview" || on === null) return decided;
  const { baseBranch: branch, number } = on;
  const [pull] = await forge.readOpenPulls(state, [number]);
  if (pull === undefined || pull.headSha !== decided.sha) {
    return { kind: "answer", text: "the head moved while this was read. Say it again." };
  }
  const lines = states.filter(({ line }) => line.branch === branch);
  const decision = judgeCommand(question, command, () =>
    lines.reduce<string | null>((version, own) => version ?? previewVersion(own, pull, now), null),
  );
  if (decision.kind !== "preview") return decision;
  ensureAlone();
  const { tag, sha } = decision;
  const made = await forge.apply(state, { kind: "createTag", tag, sha });
  if (made.kind !== "done") {
    const why = made.kind === "skipped" ? "" : `: ${made.message}`;
    return { kind: "answer", text: `GitHub refused the tag${why}.` };
  }
  await forge.react(state, commentId, "rocket");
  await store.askLook(repository.id, { number, branch });
  return decision;
}

/** Of what GitHub did not answer for. */
const AGAIN_MS = 60_000;

/** Changes of a pull that GitHub did not show; one that stays away is left until it changes again. */
const UNSEEN_ASKS_MAX = 3;

/**
 * One request for ten pulls, and one write for each check that says something else. Gives back when
 * to look again; null: at the next change.
 */
export async function lookAtPulls(
  request: DoorsRequest,
  planned: readonly LinePlanned[],
  looks: readonly PullLook[],
): Promise<Instant | null> {
  const { forge, store, clock, repository } = request;
  const states = planned.map(({ state }) => state);
  const [root] = states;
  // What is merged is drafted in this look, too, and has no other time.
  const isMergeFirst = planned.some(({ plan }) => plan.drafts !== undefined);
  const deadline = clock.now() + (isMergeFirst ? 0 : OPEN_DRAFTS_MS);
  const wakes: (Instant | null)[] = [];
  const branches = new Set(states.flatMap(({ line, head }) => (head === null ? [] : line.branch)));
  if (root !== undefined && !root.repository.isArchived) {
    // Where no line is, nothing would be released, but a pull has its size all the same.
    const told = looks.filter(
      ({ branch }) => branch === "" || branches.has(branch) || isSizeTold(root),
    );
    const numbers = told.map(({ number }) => number);
    const all = numbers.length === 0 ? [] : await forge.readOpenPulls(root, numbers);
    // A read may be behind the delivery that told of the pull: nothing else would tell of it again.
    const unseen = told.filter(({ number }) => all.every((seen) => seen.number !== number));
    for (const { number, branch } of unseen.filter(({ asks }) => asks < UNSEEN_ASKS_MAX)) {
      await store.askLook(repository.id, { number, branch });
      wakes.push(clock.now() + AGAIN_MS);
    }
    for (const seen of all) {
      if (!seen.isOpen) continue;
      const look = told.find(({ number }) => number === seen.number);
      const pull = look?.isForced === true ? forgetSaid(seen) : seen;
      const sized = await checkPullSize(request, root, pull);
      if (sized.kind !== "done") await store.askLook(repository.id, askOf(pull));
      if (sized.kind === "again") wakes.push(clock.now() + AGAIN_MS);
      const wakeAt = await checkPreview(request, planned, { pull, deadline });
      if (wakeAt !== null) await store.askLook(repository.id, askOf(pull));
      wakes.push(wakeAt);
      const { group = null, isForced = false } = look ?? {};
      if (group !== null) await checkGroup(request, planned, { pull, group, isForced });
    }
  }
  await store.closeLooks(repository.id, looks);
  return earliest(wakes);
}

/** As if its checks said something else: they are written again. */
function forgetSaid(pull: OpenPull): OpenPull {
  const { ourCheck, policy, sized } = pull;
  return {
    ...pull,
    ourCheck: unsaid(ourCheck),
    policy: policy === null ? null : { ...policy, ourCheck: unsaid(policy.ourCheck) },
    sized: sized === null ? null : { ...sized, ourCheck: unsaid(sized.ourCheck) },
  };
}

function unsaid(check: OurCheck | null): OurCheck | null {
  return check === null ? null : { ...check, externalId: "" };
}

function askOf({ number, baseBranch: branch }: OpenPull): Pick<PullLook, "number" | "branch"> {
  return { number, branch };
}

/** As it would stand in the notes. */
function withWords(preview: Previewed, line: NoteLine | null, url: string): Previewed {
  if (preview === "invalid") return preview;
  return { ...preview, line: renderWorded(preview.unit, url, line) };
}

/**
 * What it would release, by every line of its branch; nothing where there is none. Gives back when
 * its line in the notes is looked at again; null: as it changes.
 */
async function checkPreview(
  request: DoorsRequest,
  planned: readonly LinePlanned[],
  { pull, deadline }: { readonly pull: OpenPull; readonly deadline: Instant },
): Promise<Instant | null> {
  const { forge, clock, ensureAlone } = request;
  const lines = planned
    .map(({ state }) => state)
    .filter(({ line, head }) => line.branch === pull.baseBranch && head !== null);
  const [state] = lines;
  if (state === undefined) return null;
  const isPreviewed = pull.previews.some(({ sha }) => sha === pull.headSha);
  const manifests = isPreviewed ? await forge.readManifests(state, pull.headSha) : NO_MANIFESTS;
  const now = clock.now();
  // Merged, it is judged by the policy that it brings.
  const under = (await checkPullPolicy(request, state, { pull, planned })) ?? lines;
  const judged = under.flatMap((line) => previewPull(line, pull, now) ?? []);
  const [first = state] = under;
  const ours = checkReleasePull(state.line, pull);
  const preview = judged.find((each) => each !== "invalid");
  // What is sent, and to which model, the policy in force says: the pull's own counts once merged.
  const notes =
    ours !== undefined || preview === undefined
      ? null
      : await wordPull(request, { state, pull, preview, deadline });
  const worded = judged.map((each) => withWords(each, notes?.line ?? null, first.repository.url));
  const check =
    ours === undefined ? renderPullCheck(first, pull, { judged: worded, manifests, notes }) : ours;
  const wakeAt = notes?.wakeAt ?? null;
  if (check === null) return wakeAt;
  ensureAlone();
  await forge.apply(state, check);
  return wakeAt;
}
