import { describe, expect, it } from "@jest/globals";
import { judgeBrake } from "../../src/core/brake.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import { parseCommands } from "../../src/core/command.ts";
import { describeLine } from "../../src/core/desk/desk-line.ts";
import { formatDeskState, keepLine, readDeskState } from "../../src/core/desk/desk-marker.ts";
import { renderDesk } from "../../src/core/desk/desk.ts";
import { digest } from "../../src/core/digest.ts";
import { planLinked } from "../../src/core/linked.ts";
import type { Memory, Order, Resumed } from "../../src/core/memory.ts";
import { judgeCommand } from "../../src/core/obey.ts";
import { plan } from "../../src/core/plan.ts";
import { DEFAULT_POLICY } from "../../src/core/policy/policy-schema.ts";
import { effectivePolicy, effectivePolicyOf, policyIn } from "../../src/core/policy/policy.ts";
import type { Decision } from "../../src/core/question.ts";
import type { Rollback } from "../../src/core/rollback/rollback.ts";
import type { Instant, LineState, ReleaseSeen } from "../../src/core/state.ts";
import { subjectOf } from "../../src/core/subject-of.ts";
import { actionOf } from "../support/plans.ts";
import {
  batchOf,
  commit,
  DAY,
  head,
  HOUR,
  label,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  pull,
  release,
  sha,
  tag,
} from "../support/states.ts";

/** When each release was taken back; a key is its patch. */
type TakenBack = Readonly<Record<number, Instant>>;

/** v1.4.1 to v1.4.`count`, the newest first, one a day until yesterday. */
function releasesOf(taken: TakenBack, count = 9): ReleaseSeen[] {
  return Array.from({ length: count }, (_, nth) => {
    const patch = count - nth;
    const name = `v1.4.${patch}`;
    const at = taken[patch];
    const banner = { as: "rolled-back", tag: name, ...(at === 0 ? {} : { at }) } as const;
    return release(name, {
      id: 500 + patch,
      sha: sha(0x1000 + patch),
      isLatest: nth === 0,
      publishedAt: NOON - (nth + 1) * DAY,
      ...(at === undefined ? {} : { banner, isPrerelease: true }),
    });
  });
}

/** `fix: change` as #2 after v1.4.9, green and due. */
function stateWith(taken: TakenBack, change: Partial<LineState> = {}, count = 9): LineState {
  const base = tag(`v1.4.${count}`, { sha: sha(0x1000 + count) });
  return lineState({ releases: releasesOf(taken, count), tags: [base], baseTag: base, ...change });
}

/** The card of the release that is made now. */
function cutOf(state: LineState): ReleaseCard {
  const action = actionOf(plan(state, NOON), "publishRelease");
  if (action === null) throw new Error("No release");
  return action.card;
}

const codeOf = (state: LineState, now = NOON): string => plan(state, now).reason.code;

/** Two within a week. */
const TWO: TakenBack = { 5: NOON - 3 * DAY, 8: NOON - DAY };

const RESUMED: Resumed = { by: "mona", reason: "the CDN it was", url: "https://x", at: NOON };

function decide(body: string, state: LineState, at = NOON): Decision {
  const [command] = parseCommands(body);
  if (command === undefined) throw new Error("No command");
  return judgeCommand(
    {
      state,
      by: { login: "mona", permission: "write" },
      said: { url: "https://x", at, isTaken: false },
      pull: null,
      now: at + MINUTE,
    },
    command,
  );
}

/** As the loop remembers it. */
function rollbackOf(patch: number, at: Instant): readonly Rollback[] {
  const decision = decide(`/rollback v1.4.${patch}`, stateWith({}), at);
  return decision.kind === "rollBack" ? decision.rollbacks : [];
}

describe("the brake", () => {
  it.each<[string, TakenBack, string]>([
    ["none", {}, "release"],
    ["one", { 8: NOON - HOUR }, "release"],
    ["two within a week", TWO, "brake"],
    ["two, one of them eight days ago", { 5: NOON - 8 * DAY, 8: NOON - DAY }, "release"],
    ["two, one of them exactly a week ago", { 5: NOON - 7 * DAY, 8: NOON - DAY }, "release"],
    ["two, just within a week", { 5: NOON - 7 * DAY + 1, 8: NOON - DAY }, "brake"],
    [
      "three, each long ago",
      { 3: NOON - 40 * DAY, 4: NOON - 30 * DAY, 5: NOON - 20 * DAY },
      "brake",
    ],
    ["two without their moments, released lately", { 8: 0, 9: 0 }, "brake"],
    ["two without their moments, released long ago", { 1: 0, 2: 0 }, "release"],
  ])("with %s of a line rolled back: %j is %s", (_, taken, code) => {
    expect(codeOf(stateWith(taken))).toBe(code);
  });

  it("looks at the last releases alone, however many the policy says", () => {
    const long = NOON - 60 * DAY;
    const old = { 1: long, 2: long, 3: long };
    expect(codeOf(stateWith(old, {}, 20))).toBe("brake");
    const own = policyFile("version: 1\nbrake: { releases: 3 in 19 }\n");
    expect(codeOf(stateWith(old, { policyFile: own }, 20))).toBe("release");
    const one = policyFile("version: 1\nbrake: { releases: 1 in 2 }\n");
    expect(plan(stateWith({ 9: long }, { policyFile: one }), NOON).reason.text).toBe(
      "held: 1 of the last 2 releases was rolled back (v1.4.9)",
    );
  });

  it.each([
    ["brake: off", TWO, "release"],
    ["brake: { days: off }", TWO, "release"],
    ["brake: { days: 3 in 7 }", TWO, "release"],
    ["brake: { days: 1 in 1 }", { 8: NOON - HOUR }, "brake"],
    ["brake: { days: off, releases: off }", { 6: NOON - 3, 7: NOON - 2, 8: NOON - 1 }, "release"],
  ])("is as the policy says: %s with %j is %s", (text, taken, code) => {
    const file = policyFile(`version: 1\n${text}\n`);
    expect(codeOf(stateWith(taken, { policyFile: file }))).toBe(code);
  });

  it("says why, until when, what passes and what to press, and looks again when it ends", () => {
    const { reason, wakeAt, version, actions } = plan(stateWith(TWO), NOON);
    expect(reason).toMatchObject({
      state: "held",
      text: "held: 2 releases were rolled back within 7 days (v1.4.8, v1.4.5)",
    });
    expect(reason.detail).toMatch(
      /^2 releases were .*, so automatic releases pause until 2026-03-06 12:00 UTC, or until somebody resumes: comment `\/resume` with the reason, .*counts until the next rollback\. Merging goes on: the batch has 1 change by now\..*`Regressed-in:`.*`\/release`/,
    );
    expect(wakeAt).toBe(NOON + 4 * DAY);
    expect(version).toBe("1.4.10");
    expect(actions.map(({ kind }) => kind)).toEqual(["writeCheck"]);
    expect(codeOf(stateWith(TWO), NOON + 4 * DAY)).toBe("release");
  });

  it("ends with the last of its reasons, and by no clock where many of the last were bad", () => {
    const two = policyFile("version: 1\nbrake: { days: 2 in 7, releases: 2 in 20 }\n");
    const { reason, wakeAt } = plan(stateWith(TWO, { policyFile: two }), NOON);
    expect(wakeAt).toBeNull();
    expect(reason.detail).toMatch(/releases pause until somebody resumes: /);
  });

  it("counts what is remembered and has no banner, each release once", () => {
    const rollbacks = [...rollbackOf(5, NOON - 2 * DAY), ...rollbackOf(8, NOON - DAY)];
    const known = { memory: memory({ rollbacks }) };
    expect(codeOf(stateWith({}, known))).toBe("brake");
    expect(codeOf(stateWith({ 5: NOON - 2 * DAY }, known))).toBe("brake");
    const one = { memory: memory({ rollbacks: rollbackOf(8, NOON - DAY) }) };
    expect(codeOf(stateWith({ 8: NOON - DAY }, one))).toBe("release");
    // Older than the releases that were read: it counts by its day.
    const gone = stateWith({ 8: NOON - DAY }, { memory: memory({ rollbacks }) });
    const releases = gone.releases.filter(({ tag: name }) => name !== "v1.4.5");
    expect(codeOf({ ...gone, releases })).toBe("brake");
  });

  it("does not count releases that only hold a bad one, nor drafts", () => {
    const [bad, ...others] = releasesOf({ 9: NOON - DAY });
    const banner = { as: "affected", tag: "v1.4.2", at: NOON - DAY } as const;
    const affected = others.map((each) => ({ ...each, banner }));
    expect(codeOf(stateWith({}, { releases: [bad ?? release("v1.4.9"), ...affected] }))).toBe(
      "release",
    );
    const drafts = releasesOf(TWO).map((each) => ({ ...each, isDraft: true, publishedAt: null }));
    const subject = { ...subjectFor(stateWith(TWO)), state: stateWith({}, { releases: drafts }) };
    expect(judgeBrake(subject)).toEqual({ kind: "open" });
  });
});

function subjectFor(state: LineState) {
  const policy = effectivePolicyOf(state);
  if (state.head === null || policy.kind === "invalid") throw new Error("No subject");
  return subjectOf(state, state.head, policy, NOON);
}

/** Pull 2 is a feature; pull 3 has these. */
const merged = (
  third: Parameters<typeof batchOf>[0][number],
  known: Partial<Memory> = {},
): LineState => {
  const { releases, baseTag, tags } = stateWith(TWO);
  const state = batchOf([{ title: "feat: a" }, third]);
  return { ...state, releases, baseTag, tags, memory: memory(known) };
};

const LINKED = policyFile(
  "version: 1\ncomponents: [{name: core, path: core}, {name: cli, path: cli}]\n" +
    "linked: [[core, cli]]\n",
);

/** A component of two that are linked, with one change of its own. */
const part = (name: string, third: Parameters<typeof batchOf>[0][number]): LineState => {
  const base = tag(`${name}-v1.0.0`, { sha: sha(1) });
  const state = batchOf([third]);
  const unitFiles = state.pulls.map(({ number }) => ({
    pull: number,
    sha: sha(2),
    files: [{ path: `${name}/a.js`, previousPath: null }],
    isComplete: true,
  }));
  return {
    ...state,
    line: { ...state.line, component: name },
    policyFile: LINKED,
    tags: [base],
    baseTag: base,
    unitFiles,
    releases: [],
  };
};
/** Without a pull. */
const pushed = (message: string): LineState =>
  stateWith(TWO, { pulls: [], commits: [commit(2, { message, parents: [sha(1)] })] });

describe("what passes the brake", () => {
  const CUT = "release";
  it.each<[string, Parameters<typeof batchOf>[0][number], string]>([
    ["a fix", { title: "fix: b" }, "brake"],
    ["a security update", { title: "fix: b", labels: [label("security", "write")] }, CUT],
    [
      "one that anybody called so",
      { title: "fix: b", labels: [label("security", "triage")] },
      "brake",
    ],
    ["a hotfix", { title: "fix: b", labels: [label("Release: Hotfix", "write")] }, CUT],
    [
      "one that triage called so",
      { title: "fix: b", labels: [label("release:hotfix", "triage")] },
      "brake",
    ],
    [
      "one whose setter nobody knows",
      { title: "fix: b", labels: [label("release:hotfix")] },
      "brake",
    ],
    [
      "a hotfix that is a feature",
      { title: "feat: b", labels: [label("release:hotfix", "write")] },
      "brake",
    ],
    ["a fix of a bad release", { title: "fix: b", message: "Regressed-in: v1.4.5" }, CUT],
    ["the same without the v", { title: "fix: b", message: "text\n\nregressed-in: 1.4.5 \n" }, CUT],
    ["a fix of a good release", { title: "fix: b", message: "Regressed-in: v1.4.4" }, "brake"],
    [
      "words inside of a sentence",
      { title: "fix: b", message: "not Regressed-in: v1.4.5" },
      "brake",
    ],
    ["words of a description", { title: "fix: b", body: "Regressed-in: v1.4.5" }, "brake"],
    [
      "a breaking change that says so",
      { title: "feat!: b", message: "Regressed-in: v1.4.5" },
      "level",
    ],
    ["a fix of an issue", { title: "fix: b", message: "Fixes #31" }, "brake"],
  ])("%s: %j is %s", (_, third, code) => {
    expect(codeOf(merged(third))).toBe(code);
  });

  it("a fix of the rollback's issue, as its commit says", () => {
    const [first] = rollbackOf(5, NOON - 2 * DAY);
    if (first === undefined) throw new Error("No rollback");
    const issue = { number: 31, url: "https://github.com/acme/widgets/issues/31" };
    const known = { rollbacks: [{ ...first, issue }] };
    for (const words of ["Fixes #31", "closes: #31.", "it resolved #31"]) {
      expect(codeOf(merged({ title: "fix: b", message: words }, known))).toBe(CUT);
    }
    for (const words of ["Fixes #310", "see #31", "prefixes #31"]) {
      expect(codeOf(merged({ title: "fix: b", message: words }, known))).toBe("brake");
    }
  });

  it("a fix that was pushed without a pull", () => {
    expect(codeOf(pushed("fix: b\n\nRegressed-in: v1.4.5"))).toBe(CUT);
    expect(codeOf(pushed("fix: b"))).toBe("brake");
  });

  it("a fix that was taken back again does not", () => {
    const state = batchOf([
      { title: "feat: a" },
      { title: "fix: b", message: "Regressed-in: v1.4.5" },
      { title: 'Revert "fix: b"', message: `This reverts commit ${sha(3)}.` },
    ]);
    const { releases, baseTag, tags } = stateWith(TWO);
    expect(codeOf({ ...state, releases, baseTag, tags })).toBe("brake");
  });

  it("takes along what was merged before it, and the card says so", () => {
    const card = cutOf(merged({ title: "fix: b", message: "Regressed-in: v1.4.5" }));
    expect(card.rules).toContainEqual({
      rule: "brake",
      verdict: "passed by #3 (fix): 2 releases were rolled back within 7 days (v1.4.8, v1.4.5)",
    });
    expect(card.units.map(({ pull: own }) => own)).toEqual([2, 3]);
    expect(cutOf({ ...stateWith({}) }).rules.map(({ rule }) => rule)).not.toContain("brake");
  });

  it("a person's /release, on record", () => {
    const order: Order = {
      how: "prepared",
      version: null,
      level: "minor",
      base: "v1.4.9",
      by: "wilma",
      url: "https://y",
      at: NOON,
    };
    const card = cutOf(merged({ title: "fix: b" }, { order }));
    expect(card.overrides).toContainEqual({
      rule: "brake",
      by: "wilma",
      why: "https://y",
      sha: sha(3),
    });
  });

  it("linked components, where one of them has what passes", () => {
    const policy = policyIn(effectivePolicy(LINKED, [])) ?? DEFAULT_POLICY;
    const bad = releasesOf(TWO).map((each) => ({
      ...each,
      tag: each.tag.replace("v1.4", "core-v0.4"),
    }));
    const planned = (fix: Parameters<typeof batchOf>[0][number]): string[] => {
      const states = [{ ...part("core", { title: "fix: a" }), releases: bad }, part("cli", fix)];
      return planLinked(states, policy, NOON).map(({ plan: own }) => own.reason.code);
    };
    expect(planned({ title: "fix: b" })).toEqual(["brake", "linked"]);
    const security = { title: "fix: b", labels: [label("security", "write")] };
    expect(planned(security)).toEqual([CUT, CUT]);
  });

  it("a draft whose tag stands waits too, and one without a draft is brought to its end", () => {
    const stand = tag("v1.4.10", { sha: sha(2) });
    const unfinished = {
      ...stateWith(TWO),
      unfinished: stand,
      memory: memory({ intent: { tag: stand.name, sha: stand.sha } }),
    };
    expect(codeOf(unfinished)).toBe("unfinished");
    const draft = release("v1.4.10", { sha: null, isDraft: true, publishedAt: null });
    expect(codeOf({ ...unfinished, releases: [draft, ...unfinished.releases] })).toBe("brake");
  });
});

const sign = (text: string): string => digest([text]).repeat(4);

describe("resuming", () => {
  it("ends the brake until the next rollback, by whoever may hold", () => {
    const decision = decide("/resume the CDN it was", stateWith(TWO));
    expect(decision).toEqual({ kind: "resume", at: NOON, resumed: RESUMED });
    const known = { memory: memory({ resumed: RESUMED, resumedAt: NOON }) };
    const state = stateWith(TWO, known);
    expect(codeOf(state)).toBe("release");
    const card = cutOf(state);
    expect(card.overrides).toEqual([
      { rule: "brake", by: "mona", why: "the CDN it was", sha: sha(2), url: "https://x" },
    ]);
    const silent = { memory: memory({ resumed: { ...RESUMED, reason: "" } }) };
    const own = cutOf(stateWith(TWO, silent));
    expect(own.overrides).toMatchObject([{ why: "https://x" }]);
    const third = { ...TWO, 9: NOON + HOUR };
    expect(codeOf(stateWith(third, known), NOON + 2 * HOUR)).toBe("brake");
  });

  it("is answered where nobody holds and nothing brakes", () => {
    expect(decide("/resume", stateWith({ 8: NOON }))).toMatchObject({ kind: "answer" });
  });

  it("is kept on the desk", () => {
    const kept = keepLine("k", memory({ resumed: RESUMED, resumedAt: NOON }));
    expect(kept).toEqual({ line: "k", hold: null, order: null, resumedAt: NOON, resumed: RESUMED });
    const lines = kept === null ? [] : [{ ...kept, line: "0123" }];
    const text = formatDeskState(42, { lines, raised: [] }, sign);
    expect(readDeskState(text, 42, sign)).toEqual({ lines, raised: [] });
  });
});

const show = (state: LineState): string => {
  const line = describeLine(
    { state, plan: plan(state, NOON) },
    { fates: {}, risks: {}, now: NOON },
  );
  const repository = { id: 42, url: "https://github.com/acme/widgets" };
  return renderDesk({ repository, lines: [line], problems: [], news: [] });
};
const acts = (text: string): string[] =>
  [...text.matchAll(/smallbatch:desk (publish|release|hold|resume) /g)].map(([, act = ""]) => act);

describe("the desk", () => {
  it("says why releases pause, and has the box that ends it", () => {
    const text = show(stateWith(TWO));
    expect(text).toContain("### Releases are on hold");
    expect(text).toContain("2 releases were rolled back within 7 days (v1.4.8, v1.4.5).");
    expect(acts(text)).toEqual(["resume", "hold"]);
  });

  it("says it also where nothing waits, or something else is in the way", () => {
    const idle = show(stateWith(TWO, { commits: [], commitCount: 0, pulls: [] }));
    expect(idle).toContain("so automatic releases pause until");
    expect(acts(idle)).toEqual(["resume", "hold"]);
    const pulls = [pull(2, { title: "feat!: a" })];
    const state = batchOf([{ title: "feat!: a" }]);
    const breaking = show({
      ...state,
      ...stateWith(TWO, { pulls, commits: state.commits }),
    });
    expect(acts(breaking)).toEqual(["publish", "resume", "hold"]);
    expect(breaking).toContain("so automatic releases pause until");
  });

  it("is stood in for by the check", () => {
    const standIn = { kept: null, shown: null };
    const state = stateWith(TWO, {
      standIn,
      head: head({ checks: [] }),
      policyFile: policyFile("version: 1\nauto: none\n"),
    });
    const [check] = plan(state, NOON).actions.filter(({ kind }) => kind === "writeCheck");
    expect(JSON.stringify(check)).toContain("so automatic releases pause until");
  });
});
