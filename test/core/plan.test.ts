import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import type { Plan } from "../../src/core/action.ts";
import type { AnnouncementSubject } from "../../src/core/announce.ts";
import { parseCard } from "../../src/core/card-text.ts";
import { lineReleases } from "../../src/core/line-releases.ts";
import { hasReleasedMarker, readMarker } from "../../src/core/marker.ts";
import { plan } from "../../src/core/plan.ts";
import type { LineState } from "../../src/core/state.ts";
import { actionsOf, kindsOf } from "../support/plans.ts";
import {
  batchOf,
  BOB,
  check,
  commit,
  DAY,
  head,
  HOUR,
  issue,
  label,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  pull,
  release,
  ROBOT,
  SECOND,
  sha,
  tag,
} from "../support/states.ts";

/** State after `plan` wrote its check on the head: the next plan must not write it again. */
function withOwnCheck(state: LineState, planned: Plan): LineState {
  const [own] = actionsOf(planned, "writeCheck");
  if (own === undefined || state.head === null) return state;
  const ourCheck = { id: 1, title: own.title, externalId: own.externalId };
  return { ...state, head: { ...state.head, ourCheck } };
}

const policy = (text: string) => policyFile(`version: 1\n${text}\n`);
const UNKNOWN_POLICY = policyFile("version: 9\n");

describe("a line that is ready", () => {
  const planned = plan(lineState(), NOON);

  it("is released: tag, release, check, comment", () => {
    expect(kindsOf(planned)).toEqual(["createTag", "publishRelease", "writeCheck", "announce"]);
    expect(planned.actions[0]).toEqual({ kind: "createTag", tag: "v1.4.3", sha: sha(2) });
    expect(planned).toMatchObject({
      version: "1.4.3",
      wakeAt: null,
      settledContexts: ["ci/test"],
      announcedTag: null,
      validPolicy: { sha: policyFile().sha },
      reason: { state: "releasing", text: "releasing v1.4.3" },
    });
  });

  it("has notes with marker and card, and is Latest", () => {
    const [made] = actionsOf(planned, "publishRelease");
    expect(made).toMatchObject({ title: "v1.4.3", isLatest: true, isPrerelease: false });
    expect(readMarker(made?.body ?? "", lineState().line)).toBe(sha(2));
    expect(parseCard(made?.body ?? "")).toEqual(made?.card);
    expect(made?.card).toMatchObject({ previousTag: "v1.4.2", level: "patch", version: "1.4.3" });
  });

  it("says so on its head", () => {
    expect(actionsOf(planned, "writeCheck")).toMatchObject([
      { sha: sha(2), title: "released in v1.4.3", conclusion: "success", existing: null },
    ]);
  });

  it("is planned the same twice", () => {
    expect(plan(lineState(), NOON)).toEqual(planned);
  });

  it("carries no card where the policy says so", () => {
    const [made] = actionsOf(
      plan(lineState({ policyFile: policy("card: off") }), NOON),
      "publishRelease",
    );
    expect(parseCard(made?.body ?? "")).toBeNull();
    expect(made?.card.version).toBe("1.4.3");
  });

  it.each<[string, Partial<LineState>, string, string | null]>([
    ["follows bare tags", { tags: [tag("1.4.2")], baseTag: tag("1.4.2") }, "1.4.3", "1.4.2"],
    [
      "keeps the policy's form",
      { policyFile: policy("tag: r{version}"), tags: [tag("r1.4.2")], baseTag: tag("r1.4.2") },
      "r1.4.3",
      "r1.4.2",
    ],
    [
      "is the first release without tags",
      { tags: [], baseTag: null, releases: [] },
      "v0.1.0",
      null,
    ],
    ["was started by the operator", { policyFile: null, isStartForced: true }, "v1.4.3", "v1.4.2"],
    [
      "has no checks for a minute",
      { head: head({ checks: [] }), releases: [] },
      "v1.4.3",
      "v1.4.2",
    ],
  ])("that %s", (_, change, name, previousTag) => {
    const [made] = actionsOf(plan(lineState(change), NOON), "publishRelease");
    expect(made).toMatchObject({ tag: name, card: { previousTag } });
  });

  it("is not Latest below a higher stable tag", () => {
    const tags = [
      tag("v1.4.2"),
      tag("v3.0.0", { isAncestor: false }),
      tag("v4.0.0-rc.1"),
      tag("x"),
    ];
    const state = lineState({ tags, policyFile: policy("base: v1.4.2") });
    expect(actionsOf(plan(state, NOON), "publishRelease")).toMatchObject([{ isLatest: false }]);
  });

  it("brings stale checks of the batch up to date, at most twenty", () => {
    const ourCheck = { id: 7, title: "held: 1 check pending (ci)", externalId: "old" };
    const changes = Array.from({ length: 30 }, (_, at) => ({ title: `fix: ${at}` }));
    const state = batchOf(changes);
    const commits = state.commits.map((own, at) => (at < 25 ? { ...own, ourCheck } : own));
    const checks = actionsOf(plan({ ...state, commits }, NOON), "writeCheck");
    expect(checks).toHaveLength(21);
    expect(checks.every(({ title }) => title === "released in v1.4.3")).toBe(true);
    expect(checks[1]).toMatchObject({ sha: commits[1]?.sha, existing: { id: 7 } });
    const { externalId } = checks[0] ?? { externalId: "" };
    const done = commits.map((own) => ({ ...own, ourCheck: { ...ourCheck, externalId } }));
    expect(actionsOf(plan({ ...state, commits: done }, NOON), "writeCheck")).toHaveLength(1);
  });
});

const publishedBefore = (startedAt: number, state: "pending" | "green") =>
  release("v1.4.2", {
    publishedAt: NOON - MINUTE,
    checks: [check("ci/test"), check("npm", { startedAt, state })],
  });

describe("a line that is not released", () => {
  const breaking = batchOf([
    { title: "fix: a" },
    { title: "feat!: b" },
    { title: "fix: c" },
    { title: "feat: d" },
    { title: 'Revert "feat: d (#5)"', body: "Reverts acme/widgets#5" },
  ]);
  const untyped = Array.from({ length: 10 }, () => ({ title: "Do it", labels: [] }));
  const six = Array.from({ length: 6 }, (_, at) =>
    release(`v1.4.${2 - at}`, { publishedAt: NOON - at * SECOND - 2 * HOUR + MINUTE, checks: [] }),
  ).map((own, at) => (at === 0 ? own : { ...own, tag: `v1.3.${at}` }));
  const refusal = { tag: "v1.4.3", sha: sha(2), message: "Cannot create ref", url: null, at: NOON };
  it.each<[string, LineState, string, string, string | null, number | null]>([
    [
      "a version that stands on another branch",
      lineState({
        policyFile: policy("base: v1.4.2"),
        tags: [tag("v1.4.2"), tag("1.4.3", { isAncestor: false, sha: sha(9) })],
      }),
      "tag-taken",
      `held: 1.4.3 stands already, on another commit (${sha(9).slice(0, 7)})`,
      "1.4.3",
      null,
    ],
    [
      "a version that was released before",
      lineState({ memory: memory({ announcedTag: "v1.4.3" }) }),
      "tag-gone",
      "held: v1.4.3 was released before, and its tag is gone",
      "1.4.3",
      null,
    ],
    [
      "a red check",
      lineState({ head: head({ checks: [check("ci/test", { state: "red" })] }) }),
      "checks-red",
      "held: 1 check failed (ci/test)",
      "1.4.3",
      null,
    ],
    [
      "running checks",
      lineState({
        head: head({
          checks: ["a", "b", "c", "d", "e"].map((name) => check(name, { state: "pending" })),
        }),
      }),
      "checks-pending",
      "held: 5 checks pending (a, b, c and 2 more)",
      "1.4.3",
      5 * MINUTE,
    ],
    [
      "no check yet",
      lineState({ head: head({ checks: [], arrivedAt: NOON }), releases: [] }),
      "checks-awaited",
      "held: waiting a minute for a first check",
      "1.4.3",
      MINUTE,
    ],
    [
      "a check known from the last head",
      lineState({
        head: head({ arrivedAt: NOON }),
        memory: memory({ settledContexts: ["ci/old"] }),
      }),
      "checks-awaited",
      "held: waiting for ci/old to begin",
      "1.4.3",
      MINUTE,
    ],
    [
      "a check known from the base's card",
      lineState({
        head: head({ arrivedAt: NOON }),
        releases: [release("v1.4.2", { cardChecks: ["ci/card"] })],
      }),
      "checks-awaited",
      "held: waiting for ci/card to begin",
      "1.4.3",
      MINUTE,
    ],
    [
      "a check known from the base's commit",
      lineState({
        head: head({ arrivedAt: NOON }),
        releases: [
          release("v1.4.2", { cardChecks: null, checks: [check("ci/base", { startedAt: 0 })] }),
        ],
      }),
      "checks-awaited",
      "held: waiting for ci/base to begin",
      "1.4.3",
      MINUTE,
    ],
    [
      "a required check that never began",
      lineState({ head: head({ arrivedAt: NOON - HOUR, requiredContexts: ["must"] }) }),
      "checks-missing",
      "held: required 1 check missing (must)",
      "1.4.3",
      null,
    ],
    [
      "no checks where the policy wants some",
      lineState({
        head: head({ checks: [] }),
        releases: [],
        policyFile: policy("checks: required"),
      }),
      "checks-none",
      "held: no checks on this commit",
      "1.4.3",
      null,
    ],
    [
      "a breaking change",
      breaking,
      "level",
      "prepared: v2.0.0 is breaking (#3) and waits for a person; 2 merged after it wait since 2026-03-02 11:01 UTC",
      "2.0.0",
      null,
    ],
    [
      "a feature beyond the policy",
      lineState({ ...batchOf([{ title: "feat: a" }]), policyFile: policy("auto: patch") }),
      "level",
      "prepared: v1.5.0 is minor (#2) and waits for a person",
      "1.5.0",
      null,
    ],
    [
      "a push beyond the policy",
      lineState({ pulls: [], policyFile: policy("auto: none") }),
      "level",
      "prepared: v1.4.3 is patch (a0a0a0a) and waits for a person",
      "1.4.3",
      null,
    ],
    [
      "a change without a type",
      batchOf([{ title: "Do it" }], { recentMerges: untyped }),
      "untyped",
      "prepared: v1.4.3 has changes without a type (#2)",
      "1.4.3",
      null,
    ],
    [
      "a change without a type, where labels say other things",
      batchOf([{ title: "Do it" }], {
        recentMerges: untyped.map(({ title }) => ({ title, labels: ["release:reviewed"] })),
      }),
      "untyped",
      "prepared: v1.4.3 has changes without a type (#2)",
      "1.4.3",
      null,
    ],
    [
      "changes without a type, with others after them",
      batchOf([{ title: "fix: a" }, { title: "Do it" }, { title: "Do more" }], {
        recentMerges: untyped,
      }),
      "untyped",
      "prepared: v1.4.3 has changes without a type (#3, #4); 1 merged after it waits since 2026-03-02 11:01 UTC",
      "1.4.3",
      null,
    ],
    [
      "an empty bucket",
      lineState({ releases: six }),
      "bucket-empty",
      "held: many releases just now, the next one batches",
      "1.4.3",
      55 * SECOND,
    ],
    [
      "a refusal of GitHub",
      lineState({ memory: memory({ refusal }) }),
      "tag-refused",
      "held: GitHub refused v1.4.3: Cannot create ref",
      "1.4.3",
      HOUR,
    ],
    [
      "running publish checks of the last release",
      lineState({ releases: [publishedBefore(NOON, "pending")] }),
      "publish-running",
      "held: v1.4.2 is still being published (npm)",
      "1.4.3",
      5 * MINUTE,
    ],
    [
      "publish checks that are expected of the last release",
      lineState({
        releases: [
          release("v1.4.2", { publishedAt: NOON - 1 }),
          release("v1.4.1", {
            publishedAt: NOON - DAY,
            checks: [check("npm", { startedAt: null })],
          }),
        ],
      }),
      "publish-running",
      "held: v1.4.2 is still being published (npm)",
      "1.4.3",
      MINUTE - 1,
    ],
    [
      "a list of commits that was cut",
      lineState({ commitCount: 1_001 }),
      "too-many-commits",
      "held: 1001 commits since v1.4.2",
      null,
      null,
    ],
    [
      "a cut list without a base",
      lineState({ commitCount: 1_001, baseTag: null, tags: [] }),
      "too-many-commits",
      "held: 1001 commits since the start",
      null,
      null,
    ],
    [
      "a higher tag elsewhere",
      lineState({ tags: [tag("v2.0.0", { isAncestor: false }), tag("v1.4.2")] }),
      "base-not-highest",
      "held: tag v2.0.0 is not on this branch",
      null,
      null,
    ],
    [
      "a prerelease on the branch",
      lineState({ tags: [tag("v2.0.0-rc.1"), tag("v1.4.2")] }),
      "base-prerelease",
      "held: the newest tag v2.0.0-rc.1 is a prerelease",
      null,
      null,
    ],
    [
      "tags of other components",
      lineState({ tags: [tag("pkg-v1.0.0")], baseTag: null }),
      "base-other-tags",
      "held: no version tag of this line, but pkg-v1.0.0",
      null,
      null,
    ],
    [
      "a policy base that is missing",
      lineState({ policyFile: policy("base: v9.9.9") }),
      "base-missing",
      "held: the policy's base v9.9.9 does not exist",
      null,
      null,
    ],
    [
      "a policy base that is elsewhere",
      lineState({
        policyFile: policy("base: v1.4.2"),
        tags: [tag("v1.4.2", { isAncestor: false })],
      }),
      "base-not-ancestor",
      "held: the policy's base v1.4.2 is not on this branch",
      null,
      null,
    ],
    [
      "a policy base that is no version",
      lineState({ policyFile: policy("base: old"), tags: [tag("old")] }),
      "base-unreadable",
      "held: the policy's base old is not a version of this line",
      null,
      null,
    ],
    [
      "tags whose place is not known",
      lineState({ tags: [tag("v1.4.2", { isAncestor: null })] }),
      "base-unknown",
      "held: GitHub has not said yet where v1.4.2 stands",
      null,
      MINUTE,
    ],
    [
      "tags that moved while they were read",
      lineState({ baseTag: tag("v1.4.1", { sha: sha(0) }) }),
      "base-moved",
      "held: the tags moved while they were read",
      null,
      MINUTE,
    ],
    [
      "an invalid policy",
      lineState({ policyFile: UNKNOWN_POLICY }),
      "policy-invalid",
      "held: the policy file is not valid, and none before it was",
      null,
      null,
    ],
    [
      "documentation only",
      batchOf([{ title: "docs: a" }, { title: "ci: b" }]),
      "rides-along",
      "rides along: docs, ci only",
      null,
      null,
    ],
    [
      "a label that skips",
      batchOf([{ title: "fix: a", labels: [label("release:skip", "write")] }]),
      "rides-along",
      "rides along: release:skip only",
      null,
      null,
    ],
    [
      "work that was taken back",
      batchOf([{ title: "feat: a" }, { title: 'Revert "feat: a"', body: "Reverts #2" }]),
      "cancelled-out",
      "rides along: #2, #3 cancel each other",
      null,
      null,
    ],
    [
      "work that was taken back, beside documentation",
      batchOf([
        { title: "feat: a" },
        { title: 'Revert "feat: a"', body: "Reverts #2" },
        { title: "docs: b" },
      ]),
      "rides-along",
      "rides along: docs only; #2, #3 cancel each other",
      null,
      null,
    ],
  ])("because of %s", (_, state, code, text, version, wakeIn) => {
    const planned = plan(state, NOON);
    expect(planned.reason).toMatchObject({ code, text });
    expect(planned.version).toBe(version);
    expect(planned.wakeAt).toBe(wakeIn === null ? null : NOON + wakeIn);
    expect(actionsOf(planned, "createTag")).toEqual([]);
    expect(actionsOf(planned, "writeCheck")).toMatchObject([
      {
        sha: state.head?.sha,
        title: text.slice(0, 119) + (text.length > 120 ? "…" : text.slice(119)),
      },
    ]);
    expect(kindsOf(plan(withOwnCheck(state, planned), NOON + 1))).toEqual([]);
  });

  it("says for a merge commit that brought only known things that it is one", () => {
    const commits = [
      commit(3, { parents: [sha(1), sha(2)], message: "Merge branch 'main'" }),
      commit(2, { parents: [sha(1)], message: "docs: x" }),
    ];
    const state = lineState({ commits, pulls: [pull(2, { title: "docs: x" })], commitCount: 2 });
    expect(plan(state, NOON).reason.text).toBe("rides along: docs, merges only");
  });

  it("remembers settled contexts also where only the moment is wrong", () => {
    expect(plan(lineState({ releases: six }), NOON).settledContexts).toEqual(["ci/test"]);
    const refused = lineState({ memory: memory({ refusal }) });
    expect(plan(refused, NOON).settledContexts).toEqual(["ci/test"]);
    expect(plan(breaking, NOON).settledContexts).toBeNull();
  });

  it.each<[string, Partial<typeof refusal>, number]>([
    ["an hour later", {}, HOUR],
    ["on another commit", { sha: sha(9) }, 0],
    ["for another tag", { tag: "v1.5.0" }, 0],
  ])("but is tried again %s", (_, change, elapsed) => {
    const state = lineState({ memory: memory({ refusal: { ...refusal, ...change } }) });
    expect(kindsOf(plan(state, NOON + elapsed))).toContain("createTag");
  });

  it("names the ruleset that refused, in GitHub's words made inert", () => {
    const own = {
      ...refusal,
      message: "No @alice <b>",
      url: "https://github.com/acme/widgets/rules",
    };
    const { detail } = plan(lineState({ memory: memory({ refusal: own }) }), NOON).reason;
    expect(detail).toContain("GitHub said: No `@alice` \\<b\\>");
    expect(detail).toContain("https://github.com/acme/widgets/rules");
  });

  it("but an untyped change is, where the policy allows it", () => {
    const file = policy("untyped: patch");
    const state = batchOf([{ title: "Do it" }], { recentMerges: untyped, policyFile: file });
    expect(kindsOf(plan(state, NOON))).toContain("createTag");
    const typed = batchOf([{ title: "fix: a" }], { recentMerges: untyped });
    expect(kindsOf(plan(typed, NOON))).toContain("createTag");
  });
});

const many = (count: number, change: Partial<LineState> = {}) =>
  batchOf(
    Array.from({ length: count }, (_, at) => ({ title: `fix: ${at}`, mergedAt: NOON - DAY })),
    { startedAt: NOON - HOUR, ...change },
  );

describe("a line whose older releases are out of sight", () => {
  const nightly = Array.from({ length: 19 }, (_, at) =>
    release(`nightly-${at}`, { publishedAt: NOON - (at + 1) * DAY, isOurs: false }),
  );

  it.each<[string, LineState["releases"][number], string]>([
    ["has a full bucket after a day of other releases", release("v1.4.2"), "release"],
    [
      "waits after a release where only drafts are older",
      release("v1.4.2", { publishedAt: NOON - MINUTE }),
      "bucket-empty",
    ],
  ])("%s", (_, newest, code) => {
    const drafts = nightly.map((own) => ({ ...own, isDraft: true, publishedAt: null }));
    const releases = [newest, ...(code === "release" ? nightly : drafts)];
    expect(plan(lineState({ releases }), NOON).reason.code).toBe(code);
  });
});

describe("changes from before the start", () => {
  it.each<[string, LineState, string]>([
    ["up to fifty are released", many(50), "releasing v1.4.3"],
    ["more are held", many(51), "held: 51 changes since v1.4.2 are older than the start"],
    [
      "more are released where the policy names the base",
      many(51, { policyFile: policy("base: v1.4.2") }),
      "releasing v1.4.3",
    ],
    [
      "more are released where the start is not known",
      many(51, { startedAt: null }),
      "releasing v1.4.3",
    ],
  ])("%s", (_, state, text) => {
    expect(plan(state, NOON).reason.text).toBe(text);
  });
});

describe("a policy file that became invalid", () => {
  const state = lineState({
    policyFile: policyFile("version: 1\nauot: none\n"),
    memory: memory({ lastGoodPolicy: policy("comments: off") }),
  });

  it("leaves the last good one in force, and says so", () => {
    const planned = plan(state, NOON);
    expect(planned.reason.text).toBe(
      "releasing v1.4.3; the policy file is not valid, the last good one applies",
    );
    expect(planned.reason.detail).toContain("`.github/smallbatch.yml:2:1 unknown key");
    expect(kindsOf(planned)).not.toContain("announce");
    expect(planned.validPolicy).toBeNull();
  });

  it("says so at the end of a title, whatever else is to be said", () => {
    const waiting = {
      ...state,
      head: head({ checks: [check("x".repeat(200), { state: "pending" })] }),
    };
    const [title] = actionsOf(plan(waiting, NOON), "writeCheck").map((written) => written.title);
    expect(title).toMatch(/^held: .*…; the policy file is not valid, the last good one applies$/);
    expect(title).toHaveLength(120);
  });

  it("says so beside what a hold says", () => {
    const held = { ...state, head: head({ checks: [check("a", { state: "red" })] }) };
    expect(plan(held, NOON).reason.detail).toMatch(/^It is released when .*\n\n- `/);
    expect(actionsOf(plan(held, NOON), "writeCheck")[0]?.summary).toContain("unknown key");
  });

  it("without a last good one holds, and lists every error on the head", () => {
    const planned = plan({ ...state, memory: memory() }, NOON);
    expect(planned).toMatchObject({ validPolicy: null, announcedTag: null, wakeAt: null });
    expect(actionsOf(planned, "writeCheck")).toMatchObject([{ conclusion: "failure" }]);
    expect(planned.reason.detail).toContain('did you mean "auto"?');
  });
});

const watched = (change: Partial<LineState> = {}) => lineState({ policyFile: null, ...change });

describe("a watched repository", () => {
  it.each<[string, LineState, string]>([
    ["what it would release", watched(), "would release v1.4.3"],
    [
      "what would ride along",
      { ...batchOf([{ title: "docs: a" }]), policyFile: null },
      "would ride along: docs only",
    ],
    ["what it would hold", watched({ commitCount: 9 }), "would be held: 9 commits since v1.4.2"],
    [
      "what it would prepare",
      { ...batchOf([{ title: "fix!: a" }]), policyFile: null },
      "would be prepared: v2.0.0 is breaking (#2) and waits for a person",
    ],
  ])("gets a silent check with %s", (_, state, title) => {
    const planned = plan(state, NOON);
    expect(planned.actions).toMatchObject([{ kind: "writeCheck", title, conclusion: "neutral" }]);
    expect(planned.reason.state).toBe("watched");
  });

  it.each<[string, LineState]>([
    ["on pushes", watched({ pulls: [] })],
    ["on merges into other branches", watched({ pulls: [pull(2, { baseBranch: "next" })] })],
    [
      "where nothing was merged",
      watched({ commits: [], commitCount: 0, head: head({ sha: sha(1) }) }),
    ],
  ])("gets nothing %s", (_, state) => {
    expect(plan(state, NOON).actions).toEqual([]);
  });

  it("gets no comments and no finished release", () => {
    const announcement = { tag: "v1.4.2", sha: sha(1), url: "", subjects: [], checks: [] };
    const state = watched({ announcement, unfinished: tag("v1.4.2"), pulls: [] });
    expect(plan(state, NOON)).toMatchObject({ actions: [], announcedTag: null });
  });
});

const observed = (change: Partial<LineState> = {}) => lineState({ canRelease: false, ...change });

describe("a line that the App may only observe", () => {
  const would = "would release v1.4.3; this App only observes (contents: read)";

  it.each<[string, LineState, string, string]>([
    ["what it would release", observed(), would, "observes-only"],
    ["the same without a policy file", observed({ policyFile: null }), would, "observes-only"],
    [
      "what it would hold",
      observed({ head: head({ checks: [check("ci/test", { state: "pending" })] }) }),
      "would be held: 1 check pending (ci/test)",
      "checks-pending",
    ],
    [
      "what would ride along",
      { ...batchOf([{ title: "docs: a" }]), canRelease: false },
      "would ride along: docs only",
      "rides-along",
    ],
    [
      "a tag without its release",
      observed({
        unfinished: tag("v1.4.2", { sha: sha(2) }),
        memory: memory({ intent: { tag: "v1.4.2", sha: sha(2) } }),
      }),
      "would release v1.4.2; this App only observes (contents: read)",
      "observes-only",
    ],
  ])("is told by one silent check %s", (_, state, title, code) => {
    const planned = plan(state, NOON);
    expect(planned.actions).toMatchObject([{ kind: "writeCheck", title, conclusion: "neutral" }]);
    expect(planned.reason).toMatchObject({ state: "watched", code });
    expect(plan(withOwnCheck(state, planned), NOON).actions).toEqual([]);
  });

  it("is told what is missing, and wakes nobody for it", () => {
    expect(plan(observed(), NOON)).toMatchObject({
      reason: { blockedBy: ["contents: write"], detail: expect.stringContaining("grants that") },
      version: "1.4.3",
      wakeAt: null,
      settledContexts: ["ci/test"],
    });
  });

  it("is told of a wrong policy file what it would hold", () => {
    const { reason } = plan(observed({ policyFile: UNKNOWN_POLICY }), NOON);
    expect(reason).toMatchObject({
      code: "policy-invalid",
      text: expect.stringMatching(/^would be held: the policy/),
    });
  });

  it("gets no check on pushes, and no comments", () => {
    const announcement = { tag: "v1.4.2", sha: sha(1), url: "", subjects: [], checks: [] };
    const state = observed({ announcement, pulls: [] });
    expect(plan(state, NOON)).toMatchObject({ actions: [], announcedTag: null });
  });
});

const done = (change: Partial<LineState> = {}) =>
  lineState({ commits: [], commitCount: 0, head: head({ sha: sha(1) }), ...change });

describe("a line with nothing to do", () => {
  it.each<[string, LineState, string, string]>([
    [
      "is archived",
      lineState({ repository: { ...lineState().repository, isArchived: true } }),
      "archived",
      "the repository is archived",
    ],
    ["is empty", lineState({ head: null }), "idle", "the branch has no commit yet"],
    [
      "stands at somebody's release",
      done({ releases: [release("v1.4.2", { isOurs: false })] }),
      "idle",
      "nothing merged since v1.4.2",
    ],
    [
      "just started",
      done({ releases: [], tags: [], baseTag: null }),
      "idle",
      "nothing merged since the start",
    ],
  ])("that %s says so, and nothing on GitHub", (_, state, word, text) => {
    expect(plan(state, NOON)).toMatchObject({ actions: [], reason: { state: word, text } });
  });

  it("stands released, as its check said when it was made", () => {
    const released = plan(lineState(), NOON);
    const [own] = actionsOf(released, "writeCheck");
    const ourCheck = { id: 3, title: "", externalId: own?.externalId ?? "" };
    const state = done({
      tags: [tag("v1.4.3", { sha: sha(2) })],
      baseTag: tag("v1.4.3", { sha: sha(2) }),
      releases: [release("v1.4.3", { sha: sha(2) })],
      head: head({ ourCheck }),
    });
    expect(plan(state, NOON)).toMatchObject({
      actions: [],
      version: "1.4.3",
      reason: { state: "released", text: "released in v1.4.3" },
    });
    const lost = plan({ ...state, head: head() }, NOON);
    expect(actionsOf(lost, "writeCheck")).toMatchObject([{ title: "released in v1.4.3" }]);
  });
});

const npm = (state: "red" | "pending" | "green") => [
  check("ci/test"),
  check("npm publish", { state, startedAt: null }),
];

describe("the checks that a release starts", () => {
  const at = (publishedAt: number, state: "red" | "pending" | "green") =>
    lineState({
      commits: [],
      commitCount: 0,
      head: head({ sha: sha(1) }),
      releases: [release("v1.4.2", { publishedAt, checks: npm(state) })],
    });

  it.each<[string, LineState, string, number | null]>([
    ["run", at(NOON, "pending"), "released in v1.4.2", NOON + 5 * MINUTE],
    ["are done", at(NOON, "green"), "released in v1.4.2", null],
    [
      "failed",
      at(NOON, "red"),
      "released in v1.4.2; npm publish failed: v1.4.2 stands on GitHub only",
      null,
    ],
    [
      "do not end",
      at(NOON - HOUR, "pending"),
      "released in v1.4.2; npm publish did not end within an hour: v1.4.2 stands on GitHub only",
      null,
    ],
  ])("are told on its commit: they %s", (_, state, title, wakeAt) => {
    const planned = plan(state, NOON);
    expect(planned.wakeAt).toBe(wakeAt);
    expect(actionsOf(planned, "writeCheck")).toMatchObject([{ sha: sha(1), title }]);
  });

  const gone = (
    state: "red" | "green",
    ourCheck: { id: number; title: string; externalId: string } | null | undefined,
    change: Partial<LineState> = {},
  ) => {
    const { ourCheck: _, ...rest } = release("v1.4.2", { checks: npm(state) });
    const releases = [ourCheck === undefined ? rest : { ...rest, ourCheck }];
    return plan(
      lineState({ head: head({ checks: [check("a", { state: "red" })] }), releases, ...change }),
      NOON,
    );
  };
  const old = { id: 5, title: "", externalId: "old" };

  it.each<[string, Plan, number]>([
    ["where they failed", gone("red", null), 1],
    ["where its check says something else", gone("green", old), 1],
    ["not where all is well", gone("green", null), 0],
    ["not where its check was not read", gone("red", undefined), 0],
    [
      "not where the release is somebody's",
      gone("red", old, { releases: [release("v1.4.2", { isOurs: false, checks: npm("red") })] }),
      0,
    ],
    [
      "not where its tag is gone",
      gone("red", old, { releases: [release("v1.4.2", { sha: null, checks: npm("red") })] }),
      0,
    ],
    ["not where there is none", gone("red", old, { releases: [] }), 0],
    ["not where the repository is watched", gone("red", old, { policyFile: null }), 0],
  ])("are told on its commit when the branch has gone on, %s", (_, planned, count) => {
    expect(actionsOf(planned, "writeCheck").filter((own) => own.sha === sha(1))).toHaveLength(
      count,
    );
  });

  const other = check("npm publish", { state: "green", appId: 7 });

  it.each<[string, LineState, Plan["published"]]>([
    [
      "as they stand, each name once",
      at(NOON, "pending"),
      [{ tag: "v1.4.2", checks: [{ name: "npm publish", state: "pending" }] }],
    ],
    [
      "in order, of one name the worst",
      lineState({
        releases: [
          release("v1.4.2", {
            checks: [...npm("red"), other, check("image", { startedAt: null })],
          }),
        ],
      }),
      [
        {
          tag: "v1.4.2",
          checks: [
            { name: "image", state: "green" },
            { name: "npm publish", state: "red" },
          ],
        },
      ],
    ],
    [
      "those of the release before too, which may have ended late",
      lineState({
        releases: [
          release("v1.4.2", { checks: npm("green") }),
          release("v1.4.1", { publishedAt: NOON - 3 * DAY, checks: npm("red") }),
        ],
      }),
      [
        { tag: "v1.4.2", checks: [{ name: "npm publish", state: "green" }] },
        { tag: "v1.4.1", checks: [{ name: "npm publish", state: "red" }] },
      ],
    ],
    ["not where it started none", lineState(), []],
    [
      "not where the release is somebody's",
      lineState({ releases: [release("v1.4.2", { isOurs: false, checks: npm("red") })] }),
      [],
    ],
  ])("are in the plan for the ledger: %s", (_, state, published) => {
    expect(plan(state, NOON).published).toEqual(published);
  });

  it("that failed do not hold the next release, and its comments wait for their own", () => {
    const planned = plan(
      lineState({ releases: [release("v1.4.2", { checks: npm("red") })] }),
      NOON,
    );
    // The last word on it comes first: afterwards nobody looks at it any more.
    expect(kindsOf(planned)).toEqual(["writeCheck", "createTag", "publishRelease", "writeCheck"]);
    expect(actionsOf(planned, "writeCheck").map(({ title }) => title)).toEqual([
      "released in v1.4.2; npm publish failed: v1.4.2 stands on GitHub only",
      "released in v1.4.3",
    ]);
  });

  it("leave drafts, prereleases and other tags out", () => {
    const others = [
      release("v1.4.4", { isDraft: true, publishedAt: null }),
      release("v2.0.0-rc.1", { isPrerelease: true, publishedAt: NOON }),
      release("v1.4.3-rc.1", { publishedAt: NOON }),
      release("nightly", { publishedAt: NOON, checks: npm("pending") }),
    ];
    expect(kindsOf(plan(lineState({ releases: others }), NOON))).toContain("createTag");
  });
});

const gated = (change: Partial<LineState>) =>
  lineState({
    releases: [release("v1.4.2", { cardChecks: null, publishedAt: NOON, checks: npm("pending") })],
    ...change,
  });

describe("contexts that gate the branch", () => {
  it.each([
    [
      "are no publish checks where a head was settled with them",
      memory({ settledContexts: ["npm publish", "ci/test"] }),
      {},
      0,
    ],
    [
      "are no publish checks where a rule requires them",
      memory(),
      { requiredContexts: ["npm publish", "ci/test"] },
      0,
    ],
    ["leave the others be", memory({ settledContexts: ["lint"] }), {}, 2],
  ])("%s", (_, known, rules, count) => {
    const state = gated({ memory: known, head: head(rules) });
    expect(lineReleases(state, null)[0]?.checks).toHaveLength(count);
  });

  it("are unknown on a branch that is gone", () => {
    expect(lineReleases(gated({ head: null }), null)[0]?.checks).toHaveLength(2);
  });
});

const byHand = (change: Partial<LineState>) =>
  lineState({
    releases: [
      release("v2.0.0", {
        isOurs: false,
        publishedAt: NOON,
        sha: sha(1),
        ourCheck: { id: 5, title: "held", externalId: "old" },
      }),
    ],
    tags: [tag("v2.0.0", { sha: sha(1) })],
    baseTag: tag("v2.0.0", { sha: sha(1) }),
    ...change,
  });

describe("our check where a person released by hand", () => {
  it("says so on the head", () => {
    const ourCheck = { id: 5, title: "held", externalId: "old" };
    const state = byHand({
      head: head({ sha: sha(1), ourCheck }),
      commits: [],
      commitCount: 0,
      pulls: [],
    });
    expect(actionsOf(plan(state, NOON), "writeCheck")).toMatchObject([
      { sha: sha(1), title: "released in v2.0.0", existing: { id: 5 } },
    ]);
  });

  it("says so when the branch has gone on", () => {
    const written = actionsOf(plan(byHand({}), NOON), "writeCheck");
    expect(written).toContainEqual(
      expect.objectContaining({ sha: sha(1), title: "released in v2.0.0" }),
    );
  });
});

describe("an unfinished release", () => {
  const unfinished = tag("v1.4.3", { sha: sha(2) });
  const intended = memory({ intent: { tag: "v1.4.3", sha: sha(2) } });
  const state = lineState({
    unfinished,
    tags: [unfinished, tag("v1.4.2")],
    memory: intended,
  });

  it.each([
    ["that we meant to make is finished at once", intended, 0, "unfinished"],
    ["of an unknown hand waits", memory(), 10 * MINUTE - 1, "release-missing"],
    [
      "of another intent waits",
      memory({ intent: { tag: "v1.4.3", sha: sha(9) } }),
      0,
      "release-missing",
    ],
    [
      "of an unknown hand is finished ten minutes after its commit",
      memory(),
      10 * MINUTE,
      "unfinished",
    ],
    ["of a commit from the future waits for nothing", memory(), -DAY, "unfinished"],
  ])("%s", (_, known, sinceMs, code) => {
    const committedAt = NOON - sinceMs;
    const planned = plan(
      { ...state, commits: [commit(2, { pulls: [2], committedAt })], memory: known },
      NOON,
    );
    expect(planned.reason.code).toBe(code);
    expect(planned.wakeAt).toBe(code === "unfinished" ? null : committedAt + 10 * MINUTE);
  });

  it("gets its release, without a second tag", () => {
    const planned = plan(state, NOON);
    // The comments come with the next look, which sees those that stand already.
    expect(kindsOf(planned)).toEqual(["publishRelease", "writeCheck"]);
    expect(planned).toMatchObject({ version: "1.4.3", reason: { code: "unfinished" } });
    expect(actionsOf(planned, "publishRelease")).toMatchObject([
      {
        tag: "v1.4.3",
        sha: sha(2),
        card: { checks: [{ name: "ci/test" }], previousTag: "v1.4.2" },
      },
    ]);
  });

  it("is finished on its own commit where the branch has gone on", () => {
    const ourCheck = { id: 8, title: "", externalId: "old" };
    const commits = [commit(2, { ourCheck, pulls: [2] })];
    const planned = plan({ ...state, head: head({ sha: sha(3) }), commits, baseTag: null }, NOON);
    expect(actionsOf(planned, "writeCheck")).toMatchObject([{ sha: sha(2), existing: { id: 8 } }]);
    expect(actionsOf(planned, "publishRelease")[0]?.card).toMatchObject({
      checks: [],
      previousTag: null,
    });
  });

  it("makes a new check where its commit is not listed", () => {
    const planned = plan(
      { ...state, head: head({ sha: sha(3) }), commits: [], commitCount: 0 },
      NOON,
    );
    expect(actionsOf(planned, "writeCheck")).toMatchObject([{ sha: sha(2), existing: null }]);
  });

  it("waits where GitHub refused it", () => {
    const refusal = { tag: "v1.4.3", sha: sha(2), message: "no", url: null, at: NOON };
    const planned = plan({ ...state, memory: { ...intended, refusal } }, NOON);
    expect(planned.reason.code).toBe("tag-refused");
    expect(planned.wakeAt).toBe(NOON + HOUR);
  });

  it("whose tag is no version is left alone", () => {
    const planned = plan({ ...lineState(), unfinished: tag("odd") }, NOON);
    expect(actionsOf(planned, "createTag")).toMatchObject([{ tag: "v1.4.3" }]);
  });
});

const subject = (
  number: number,
  change: Partial<AnnouncementSubject> = {},
): AnnouncementSubject => ({
  number,
  nodeId: `PR_${number}`,
  isPull: true,
  isCommented: false,
  ...change,
});

const announcing = (subjects: readonly AnnouncementSubject[], change: Partial<LineState> = {}) =>
  lineState({
    commits: [],
    commitCount: 0,
    head: head({ sha: sha(1), ourCheck: null }),
    announcement: {
      tag: "v1.4.2",
      sha: sha(1),
      url: "https://github.com/x",
      subjects,
      checks: [],
    },
    pulls: [
      pull(2, { closes: [issue(7), issue(8, "acme/other")] }),
      pull(3, { author: ROBOT, closes: [issue(9)] }),
      pull(4, { mergedAt: NOON - 60 * DAY }),
    ],
    ...change,
  });

const told = (state: LineState) =>
  actionsOf(plan(state, NOON), "announce").flatMap((action) =>
    action.comments.map((comment) => comment.subject.number),
  );

describe("comments", () => {
  it("go to pulls and closed issues of this repository, not to bots or old pulls", () => {
    const issues = [7, 8, 9].map((number) => subject(number, { isPull: false }));
    const pulls = [2, 3, 4, 5].map((number) => subject(number));
    expect(told(announcing([...pulls, ...issues]))).toEqual([2, 7]);
    const [action] = actionsOf(plan(announcing(pulls), NOON), "announce");
    expect(action).toMatchObject({ tag: "v1.4.2", isFresh: false });
    expect(hasReleasedMarker(action?.comments[0]?.body ?? "", lineState().line, "v1.4.2")).toBe(
      true,
    );
  });

  it("go to old pulls where the start is not known", () => {
    expect(told(announcing([subject(4)], { startedAt: null }))).toEqual([4]);
  });

  it("are at most twenty for one release, those that stand included", () => {
    const pulls = Array.from({ length: 30 }, (_, at) => pull(at + 100));
    const subjects = pulls.map(({ number }, at) => subject(number, { isCommented: at < 15 }));
    expect(told(announcing(subjects, { pulls }))).toEqual([115, 116, 117, 118, 119]);
    const fresh = batchOf(Array.from({ length: 30 }, (_, at) => ({ title: `fix: ${at}` })));
    expect(told(fresh)).toHaveLength(20);
  });

  it("with a release that is just made leave out what was taken back", () => {
    const state = batchOf([
      { title: "feat: a", closes: [issue(70)] },
      { title: 'Revert "feat: a"', body: "Reverts #2" },
      { title: "fix: b", closes: [issue(71), issue(72, "acme/other")], author: BOB },
    ]);
    const pushed = commit(5, { parents: [sha(4)] });
    expect(told({ ...state, commits: [pushed, ...state.commits], commitCount: 4 })).toEqual([
      3, 4, 71,
    ]);
  });

  it.each<[string, LineState, string | null]>([
    ["all stand", announcing([subject(2, { isCommented: true })]), "v1.4.2"],
    ["nobody is to be told", announcing([subject(3)]), "v1.4.2"],
    [
      "the policy wants none",
      announcing([subject(2)], { policyFile: policy("comments: off") }),
      "v1.4.2",
    ],
    ["one is to be written", announcing([subject(2)]), null],
  ])("are remembered as said where %s", (_, state, announcedTag) => {
    expect(plan(state, NOON).announcedTag).toBe(announcedTag);
  });

  it("wait for nothing else: checks that still say what held the release come first", () => {
    const held = { id: 5, title: "held: 1 check pending", externalId: "smallbatch:1:checks:0" };
    const released = { ...held, externalId: "smallbatch:1:released:0" };
    const failed = { ...held, externalId: "smallbatch:1:publish-failed:0" };
    const interrupted = (subjects: readonly AnnouncementSubject[]) => {
      const state = announcing(subjects);
      const checks = [
        { sha: sha(1), ourCheck: held },
        { sha: sha(90), ourCheck: held },
        { sha: sha(91), ourCheck: released },
        { sha: sha(92), ourCheck: failed },
      ];
      return { ...state, announcement: state.announcement && { ...state.announcement, checks } };
    };
    const planned = plan(interrupted([subject(2)]), NOON);
    expect(kindsOf(planned)).toEqual(["writeCheck", "writeCheck", "announce"]);
    const [onHead, repair] = actionsOf(planned, "writeCheck");
    expect(onHead?.sha).toBe(sha(1));
    expect(repair).toMatchObject({ sha: sha(90), title: "released in v1.4.2", existing: held });
    const rest = plan(interrupted([]), NOON);
    expect(actionsOf(rest, "writeCheck").map((written) => written.sha)).toEqual([sha(1), sha(90)]);
    expect(rest.announcedTag).toBeNull();
  });

  it("come after the check on a released commit below the head that has none", () => {
    const below = { head: head({ sha: sha(3) }), commits: [commit(3)], commitCount: 1 };
    const own = [release("v1.4.2", { ourCheck: null })];
    const written = (change: Partial<LineState>) =>
      actionsOf(plan(announcing([], { ...below, ...change }), NOON), "writeCheck")
        .filter((action) => action.sha === sha(1))
        .map(({ title }) => title);
    expect(written({ releases: own })).toEqual(["released in v1.4.2"]);
    expect(plan(announcing([], { ...below, releases: own }), NOON).announcedTag).toBeNull();
    expect(written({ releases: own, appId: null })).toEqual([]);
    const bad = release("v1.4.2", {
      publishedAt: NOON - MINUTE,
      checks: [check("npm", { state: "red" })],
      ourCheck: null,
    });
    expect(written({ releases: [bad] })).toEqual([expect.stringMatching(/npm failed/)]);
  });

  const publishing = (state: "pending" | "red" | "green") =>
    announcing([subject(2)], {
      releases: [
        release("v1.4.2", { publishedAt: NOON - MINUTE, checks: [check("npm", { state })] }),
      ],
    });

  it("wait for the publish checks, and say what failed", () => {
    expect(told(publishing("pending"))).toEqual([]);
    expect(plan(publishing("pending"), NOON)).toMatchObject({
      announcedTag: null,
      wakeAt: NOON + 5 * MINUTE,
    });
    expect(told(publishing("green"))).toEqual([2]);
    const [action] = actionsOf(plan(publishing("red"), NOON), "announce");
    expect(action?.comments[0]?.body).toContain("`npm` failed: v1.4.2 stands on GitHub only.");
  });

  it("wait no longer than the rest of the plan asks to be woken", () => {
    const state = lineState({
      ...publishing("pending"),
      commits: [commit(2, { pulls: [2] })],
      commitCount: 1,
      head: head(),
    });
    expect(plan(state, NOON).wakeAt).toBe(NOON + 5 * MINUTE);
  });

  it("of the last release are written before those of the one that is just made", () => {
    const state = announcing([subject(2)], {
      commits: [commit(2, { pulls: [2] })],
      commitCount: 1,
      head: head(),
    });
    expect(actionsOf(plan(state, NOON), "announce").map((action) => action.tag)).toEqual([
      "v1.4.2",
      "v1.4.3",
    ]);
  });

  it("are written also where the release is not listed any more", () => {
    expect(told(announcing([subject(2)], { releases: [] }))).toEqual([2]);
  });
});

describe("every state", () => {
  const flag = fc.boolean();
  const state = fc.record({
    titles: fc.array(
      fc.constantFrom("fix: a", "feat: b", "feat!: c", "docs: d", "Do it", "@x #1 <b>"),
      { maxLength: 5 },
    ),
    checks: fc.array(fc.constantFrom("green" as const, "pending" as const, "red" as const), {
      maxLength: 3,
    }),
    policy: fc.constantFrom("version: 1", "version: 1\nauto: none", "nonsense", null),
    tags: fc.subarray([
      tag("v1.4.2"),
      tag("v1.5.0", { isAncestor: null }),
      tag("v2.0.0", { isAncestor: false }),
    ]),
    publishedAgo: fc.array(fc.nat(DAY), { maxLength: 8 }),
    isForced: flag,
    canRelease: flag,
    isArchived: flag,
    hasUnfinished: flag,
    elapsed: fc.nat(2 * HOUR),
  });

  it("has a plan with a reason, is planned the same twice, and its check is written once", () => {
    fc.assert(
      fc.property(state, (own) => {
        const base = batchOf(own.titles.map((title) => ({ title })));
        const built: LineState = {
          ...base,
          repository: { ...base.repository, isArchived: own.isArchived },
          head: head({
            sha: base.head?.sha ?? sha(1),
            checks: own.checks.map((result, at) => check(`c${at}`, { state: result })),
          }),
          policyFile: own.policy === null ? null : policyFile(own.policy),
          isStartForced: own.isForced,
          canRelease: own.canRelease,
          tags: own.tags,
          baseTag: own.tags.find(({ name }) => name === "v1.4.2") ?? null,
          releases: own.publishedAgo.map((ago, at) =>
            release(`v1.3.${at}`, { publishedAt: NOON - ago }),
          ),
          unfinished: own.hasUnfinished ? tag("v1.4.2") : null,
        };
        const now = NOON + own.elapsed;
        const planned = plan(built, now);
        expect(plan(built, now)).toEqual(planned);
        expect(planned.reason.text).not.toBe("");
        expect(planned.reason.code).toMatch(/^[a-z-]+$/);
        expect(planned.wakeAt ?? Infinity).toBeGreaterThan(now);
        expect(actionsOf(planned, "createTag").length).toBeLessThanOrEqual(1);
        const isCut = kindsOf(planned).includes("publishRelease");
        expect(isCut && (own.policy === null || own.policy === "nonsense") && !own.isForced).toBe(
          false,
        );
        const isWritten = planned.actions.some(({ kind }) => kind !== "writeCheck");
        expect(isWritten && !own.canRelease).toBe(false);
        const again = isCut ? [] : actionsOf(plan(withOwnCheck(built, planned), now), "writeCheck");
        expect(again).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
