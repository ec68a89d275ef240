import { describe, expect, it } from "@jest/globals";
import type { FileList } from "../../../src/core/changes.ts";
import {
  commitsOf,
  judgeKept,
  keepLater,
  keepRelease,
  riskPlaceOf,
  wantRisk,
} from "../../../src/core/rollback/risk-kept.ts";
import type { LaterChange, RiskKept } from "../../../src/core/rollback/risk-kept.ts";
import type { Risk } from "../../../src/core/rollback/risk.ts";
import type { LineState } from "../../../src/core/state.ts";
import { commit, lineState, policyFile, pull, release, sha, tag } from "../../support/states.ts";
import { ASKED } from "../../support/told-rollbacks.ts";

function files(...paths: readonly string[]): FileList {
  return { files: paths.map((path) => ({ path, previousPath: null })), isComplete: true };
}

const AT = { bad: sha(3), before: sha(2), good: sha(2) };

/** v1.4.3 with #41, v1.4.4 with #44; #46 and a push wait. */
function stateOf(change: Partial<LineState> = {}): LineState {
  const commits = [commit(47), commit(46, { pulls: [46] })];
  return lineState({
    tags: [
      tag("v1.4.4", { sha: sha(4) }),
      tag("v1.4.3", { sha: sha(3) }),
      tag("v1.4.2", { sha: sha(2) }),
    ],
    releases: [
      release("v1.4.4", { sha: sha(4), cardPulls: [44] }),
      release("v1.4.3", { sha: sha(3), cardPulls: [41] }),
    ],
    commits,
    commitCount: commits.length,
    pulls: [pull(46, { mergeSha: sha(46) })],
    ...change,
  });
}

function kept(batch: FileList | null, packages = ""): RiskKept {
  const manifests = packages === "" ? [] : [{ path: "package.json", bad: packages, good: null }];
  return keepRelease({ at: AT, batch, manifests, workflows: [] }, ASKED, {
    repository: "acme/widgets",
    tagFormat: null,
  });
}

const WAITING: readonly LaterChange[] = [
  { key: "#44", pull: 44, sha: "v1.4.3" },
  { key: "#46", pull: 46, sha: sha(46) },
  { key: sha(47), pull: null, sha: sha(47) },
];

/** All that came later was read; `again` names the files of each. */
function readAll(own: RiskKept, again: readonly FileList[]): RiskKept {
  return WAITING.reduce((all, change, at) => keepLater(all, change, again[at] ?? files()), own);
}

describe("what is read for the risk of a release", () => {
  it("is the release, and what came later: pulls of later releases, and all that waits", () => {
    expect(commitsOf(stateOf(), ASKED)).toEqual(AT);
    const byRelease = stateOf({ tags: [tag("v1.4.2", { sha: sha(2) })] });
    expect(commitsOf(byRelease, ASKED)).toEqual(AT);
    expect(wantRisk(stateOf(), ASKED, undefined)).toEqual({ at: AT, later: WAITING });
    expect(wantRisk(stateOf(), ASKED, kept(files("a.ts")))).toEqual({ at: null, later: WAITING });
  });

  it("is only what is new, and nothing at all once it was read", () => {
    const all = readAll(kept(files("a.ts")), []);
    expect(wantRisk(stateOf(), ASKED, all)).toBeNull();
    const merged = stateOf({
      commits: [commit(48, { pulls: [48] }), ...stateOf().commits],
      pulls: [pull(48, { mergeSha: sha(48) }), ...stateOf().pulls],
    });
    expect(wantRisk(merged, ASKED, all)).toEqual({
      at: null,
      later: [{ key: "#48", pull: 48, sha: sha(48) }],
    });
    // Released, they are the same changes.
    const out = [release("v1.4.5", { sha: sha(5), cardPulls: [46] }), ...stateOf().releases];
    const affected = [...ASKED.affected, { id: 505, tag: "v1.4.5" }];
    const cut = stateOf({ releases: out, commits: [] });
    expect(wantRisk(cut, { ...ASKED, affected }, all)).toBeNull();
  });

  it("is the release anew where a tag stands elsewhere, and where another release is the good one", () => {
    const all = readAll(kept(files("a.ts")), []);
    const moved = stateOf({
      tags: [tag("v1.4.3", { sha: sha(9) }), tag("v1.4.2", { sha: sha(2) })],
    });
    expect(wantRisk(moved, ASKED, all)?.at).toEqual({ ...AT, bad: sha(9) });
    const older = { ...ASKED, good: { id: 501, tag: "v1.4.1" } };
    expect(wantRisk(stateOf(), older, all)?.at).toEqual({ ...AT, good: null });
    const before = { ...ASKED, restore: { before: "v1.4.4", path: null, others: [] } };
    expect(wantRisk(stateOf(), before, all)?.at).toEqual({ ...AT, before: sha(4) });
  });

  it("is nothing of a release without a tag, and nothing later of one that nobody could read", () => {
    const gone = stateOf({ tags: [], releases: [] });
    expect(wantRisk(gone, ASKED, undefined)).toBeNull();
    expect(judgeKept(gone, ASKED, {})).toBeNull();
    expect(wantRisk(stateOf(), ASKED, kept(null))).toBeNull();
  });
});

function judge(own: RiskKept, change: Partial<LineState> = {}, later?: RiskKept): Risk | null {
  return judgeKept(stateOf(change), ASKED, {
    "v1.4.3": own,
    ...(later === undefined ? {} : { "v1.4.4": later }),
  });
}

describe("the risk of a release that was read", () => {
  it("names the pulls that changed its files again, and is not known before they were read", () => {
    const own = kept(files("a.ts", "b.ts", "c.ts", "migrations/1.sql"));
    expect(judge(own)).toBeNull();
    const all = readAll(own, [files("a.ts"), files("b.ts", "other.ts"), files()]);
    expect(judge(all, {}, kept(files("a.ts")))).toMatchObject({
      files: 4,
      isWhole: true,
      migrations: { shown: ["migrations/1.sql"], count: 1 },
      changedAgain: { shown: ["a.ts", "b.ts"], count: 2 },
      later: [
        { number: 46, tag: null },
        { number: 44, tag: "v1.4.4" },
      ],
      laterCount: 2,
      isUnexplained: false,
    });
  });

  it("has what was pushed without a pull, before a later release and after it", () => {
    const own = kept(files("a.ts", "b.ts"));
    const waiting = readAll(own, [files(), files(), files("a.ts")]);
    expect(judge(waiting, {}, kept(files()))).toMatchObject({
      changedAgain: { shown: ["a.ts"] },
      isUnexplained: true,
    });
    expect(judge(readAll(own, []), {}, kept(files("b.ts")))).toMatchObject({
      changedAgain: { shown: ["b.ts"] },
      isUnexplained: true,
    });
  });

  it("may be more where something could not be read, or is too much to be read", () => {
    const all = readAll(kept(files("a.ts")), []);
    const later = kept(files("a.ts"));
    expect(judge(all, {}, later)?.isWhole).toBe(true);
    expect(judge(all)?.isWhole).toBe(false);
    expect(judge(all, { commitCount: 900 }, later)?.isWhole).toBe(false);
    const part = { ...files("a.ts"), isComplete: false };
    expect(judge(readAll(kept(files("a.ts")), [part]), {}, later)?.isWhole).toBe(false);
    expect(judge(kept(null))).toMatchObject({ files: null, isWhole: false });
    expect(keepLater(kept(null), { key: "#44" }, files("a.ts")).again).toEqual({
      "#44": { files: [], isComplete: true },
    });
    const pushes = Array.from({ length: 11 }, (_, at) => commit(60 - at));
    const read = pushes.reduce((own, { sha: key }) => keepLater(own, { key }, files()), all);
    const many = { commits: pushes, commitCount: 11 };
    expect(judge(read, many, later)?.isWhole).toBe(false);
  });

  it("stands where its tag is gone since, as far as it was read", () => {
    const gone = { tags: [], releases: [] };
    expect(judge(kept(files("a.ts")), gone)).toMatchObject({ files: 1, isWhole: false });
    const other = stateOf({ tags: [], releases: [release("v1.4.4", { cardPulls: [44] })] });
    const own = { "v1.4.3": kept(files("a.ts")), "v1.4.4": kept(files()) };
    expect(judgeKept(other, ASKED, own)).toMatchObject({ files: 1, isWhole: false });
  });

  it("has the packages, with the versions of later releases, by the policy's own tags", () => {
    const own = readAll(kept(files("a.ts"), '{ "name": "w", "main": "a" }'), []);
    expect(judge(own)?.packages).toMatchObject([{ name: "w", bad: ["1.4.3", "1.4.4"] }]);
    expect(riskPlaceOf(stateOf())).toEqual({ repository: "acme/widgets", tagFormat: null });
    const tagged = stateOf({ policyFile: policyFile("version: 1\ntag: rel-{version}\n") });
    expect(riskPlaceOf(tagged).tagFormat).toBe("rel-{version}");
    const wrong = stateOf({ policyFile: policyFile("version: 7\n") });
    expect(riskPlaceOf(wrong).tagFormat).toBeNull();
  });

  it("keeps so many names, whatever they are", () => {
    const long = Array.from({ length: 300 }, (_, at) => `${"x".repeat(900)}${at}`);
    const { batch } = kept(files(...long));
    expect(batch?.isComplete).toBe(false);
    expect(batch?.paths.join("").length).toBeLessThanOrEqual(50_000);
    const moved = { files: [{ path: "new.ts", previousPath: "old.ts" }], isComplete: true };
    expect(kept(moved).batch).toEqual({ paths: ["new.ts", "old.ts"], isComplete: true });
  });
});
