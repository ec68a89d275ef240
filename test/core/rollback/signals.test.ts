import { describe, expect, it } from "@jest/globals";
import { describeLine } from "../../../src/core/desk/desk-line.ts";
import { renderReleases } from "../../../src/core/desk/desk-parts.ts";
import type { Memory } from "../../../src/core/memory.ts";
import { plan } from "../../../src/core/plan.ts";
import { effectivePolicyOf } from "../../../src/core/policy/policy.ts";
import { listGrounds, rollBackBySelf } from "../../../src/core/rollback/act-on-signals.ts";
import { listWatched, matchSignals } from "../../../src/core/rollback/signals.ts";
import type {
  DeploymentSeen,
  ReportSeen,
  Signal,
  SignalsKept,
} from "../../../src/core/rollback/signals.ts";
import type { LineState, ReleaseSeen } from "../../../src/core/state.ts";
import { subjectOf } from "../../../src/core/subject-of.ts";
import type { Subject } from "../../../src/core/subject.ts";
import {
  check,
  DAY,
  HOUR,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  sha,
  tag,
} from "../../support/states.ts";

const PAGE = "https://github.com/acme/widgets";

/** v1.4.1 to v1.4.`count`, one a day until yesterday, each with the pull of its number. */
function releasesOf(count: number, change: Partial<ReleaseSeen> = {}): ReleaseSeen[] {
  return Array.from({ length: count }, (_, nth) => {
    const patch = count - nth;
    return release(`v1.4.${patch}`, {
      id: 500 + patch,
      sha: sha(0x1000 + patch),
      isLatest: nth === 0,
      publishedAt: NOON - (nth + 1) * DAY,
      cardPulls: [patch],
      checks: [],
      ...(nth === 0 ? change : {}),
    });
  });
}

/** The newest of four was marked then; null: its mark does not say when. `of`: what it names. */
function releasesAt(at: number | null, of = "v1.4.4"): readonly ReleaseSeen[] {
  const banner = { as: "rolled-back", tag: of, ...(at === null ? {} : { at }) } as const;
  const [newest, ...others] = releasesOf(4);
  if (newest === undefined) throw new Error("No release");
  return [{ ...newest, isPrerelease: true, banner }, ...others];
}

function stateWith(change: Partial<LineState> = {}, count = 4): LineState {
  const releases = releasesOf(count);
  const tags = releases.map((each) => tag(each.tag, { sha: each.sha ?? sha(0) }));
  const baseTag = tag(`v1.4.${count}`, { sha: sha(0x1000 + count) });
  return lineState({ releases, tags, baseTag, commits: [], commitCount: 0, pulls: [], ...change });
}

function open(state: LineState, now = NOON): Subject {
  const policy = effectivePolicyOf(state);
  if (state.head === null || policy.kind === "invalid") throw new Error("No subject");
  return subjectOf(state, state.head, policy, now);
}

const report = (text: string, change: Partial<ReportSeen> = {}): ReportSeen => ({
  kind: "bug",
  number: 41,
  url: `${PAGE}/issues/41`,
  isPull: false,
  text,
  createdAt: NOON - HOUR,
  by: "wilma",
  ...change,
});

/** `v1.4.3 bug #41` */
function match(
  reports: readonly ReportSeen[],
  deployments: readonly DeploymentSeen[] = [],
  state = stateWith(),
): readonly string[] {
  return matchSignals(open(state), { reports, deployments }).map(
    (each) => `${each.tag} ${each.kind} ${each.name}`,
  );
}

const names = (state: LineState): string[] => listWatched(open(state)).map((each) => each.tag);

describe("releases that are watched", () => {
  it("are the newest five of the last two weeks that were not rolled back", () => {
    expect(names(stateWith({}, 7))).toEqual(["v1.4.7", "v1.4.6", "v1.4.5", "v1.4.4", "v1.4.3"]);
    const old = releasesOf(3).map((each, nth) => ({
      ...each,
      publishedAt: NOON - (13 + nth) * DAY,
    }));
    expect(names(stateWith({ releases: old }))).toEqual(["v1.4.3"]);
    const bad = { as: "rolled-back", tag: "v1.4.4" } as const;
    expect(names(stateWith({ releases: releasesOf(4, { banner: bad }) }))).not.toContain("v1.4.4");
  });
});

describe("a report", () => {
  it.each([
    ["v1.4.3 burns", "v1.4.3"],
    ["It burns since 1.4.3.", "v1.4.3"],
    ["V1.4.3: it burns", "v1.4.3"],
    ["(1.4.3)", "v1.4.3"],
    ["broken in v1.4.3, worked in v1.4.2", "v1.4.3"],
    ["worked in v1.4.2, broken in v1.4.3", "v1.4.3"],
    ["text\n\n`1.4.3`\n", "v1.4.3"],
    ["1.4.31 and 1.4.3", "v1.4.3"],
  ])("%j is about %s", (text, name) => {
    expect(match([report(text)])).toEqual([`${name} bug #41`]);
  });

  it.each([
    "1.4.31",
    "11.4.3",
    "core-v1.4.3",
    "v1.4.3-next.1",
    "1.4.3.1",
    "node@1.4.3",
    "v1.4.3+build",
    "other/v1.4.3",
    "it burns",
    "v1.4.0",
  ])("%j is about no release", (text) => {
    expect(match([report(text)])).toEqual([]);
  });

  it("from before the release is about another one", () => {
    const [newest] = releasesOf(4);
    const createdAt = Number(newest?.publishedAt) - 1;
    expect(match([report("v1.4.4", { createdAt })])).toEqual([]);
    expect(match([report("v1.4.4", { createdAt: createdAt + 1 })])).toEqual(["v1.4.4 bug #41"]);
  });

  it("with the label `regression` is about what it names, or the release that the pull is in", () => {
    const label = { kind: "regression", number: 3, isPull: true } as const;
    expect(match([report("it burns", label)])).toEqual(["v1.4.3 regression #3"]);
    expect(match([report("v1.4.4 burns", label)])).toEqual([
      "v1.4.4 regression #3",
      "v1.4.3 regression #3",
    ]);
    expect(match([report("it burns", { ...label, isPull: false })])).toEqual([]);
    const unknown = releasesOf(4).map((each) => ({ ...each, cardPulls: null }));
    expect(match([report("", label)], [], stateWith({ releases: unknown }))).toEqual([]);
  });

  it("of a component is by its tag alone", () => {
    const text = "version: 1\ncomponents: [{name: core, path: core}]\n";
    const { line } = stateWith();
    const releases = releasesOf(2).map((each) => ({ ...each, tag: `core-${each.tag}` }));
    const state = stateWith({
      releases,
      policyFile: policyFile(text),
      line: { ...line, component: "core" },
    });
    expect(match([report("1.4.2 burns")], [], state)).toEqual([]);
    expect(match([report("core-v1.4.2 burns")], [], state)).toEqual(["core-v1.4.2 bug #41"]);
  });

  it("is one of twenty at most", () => {
    const many = Array.from({ length: 30 }, (_, at) => report("v1.4.4", { number: at + 1 }));
    expect(match(many)).toHaveLength(20);
  });
});

const deployed = (patch: number, environment: string, isFailed: boolean): DeploymentSeen => {
  return { sha: sha(0x1000 + patch), environment, isFailed };
};

describe("a deployment", () => {
  it("that failed speaks against its release, unless a newer one to that place did not", () => {
    expect(match([], [deployed(4, "production", true), deployed(4, "staging", false)])).toEqual([
      "v1.4.4 deployment production",
    ]);
    expect(match([], [deployed(4, "production", false), deployed(4, "production", true)])).toEqual(
      [],
    );
    expect(match([], [deployed(9, "production", true)])).toEqual([]);
  });
});

const SIGNAL: Signal = {
  tag: "v1.4.4",
  kind: "bug",
  name: "#41",
  url: `${PAGE}/issues/41`,
  by: "wilma",
};
const DEPLOYED: Signal = { ...SIGNAL, kind: "deployment", name: "production", url: null, by: null };

const kept = (found: readonly Signal[], change: Partial<SignalsKept> = {}): SignalsKept => ({
  found,
  dueAt: 0,
  heard: null,
  actedAt: null,
  ...change,
});

/** A check that began after the release and failed. */
const FAILED = [check("publish", { state: "red", startedAt: NOON - DAY + MINUTE })];

function signalled(
  onSignal: string,
  found: readonly Signal[],
  { known = {}, ...change }: Partial<LineState> & { readonly known?: Partial<Memory> } = {},
): LineState {
  return stateWith({
    policyFile: policyFile(`version: 1\nrollback: { onSignal: { ${onSignal} } }\n`),
    memory: memory({ signals: kept(found), ...known }),
    ...change,
  });
}

const show = (state: LineState): string => {
  const line = describeLine(
    { state, plan: plan(state, NOON) },
    { fates: {}, risks: {}, now: NOON },
  );
  return renderReleases([line], { isAlone: true, lines: 1, releases: 10 }).join("\n");
};

describe("the desk", () => {
  it("asks at the box of the release, with names and links alone", () => {
    const regression: Signal = { ...SIGNAL, kind: "regression", name: "#3" };
    const state = signalled("", [DEPLOYED, SIGNAL, regression], {
      releases: releasesOf(4, { checks: FAILED }),
    });
    const text = show(state);
    expect(text).toContain(
      "  **v1.4.4 may be bad:** `publish` failed; a deployment to `production` failed; " +
        `[\`#41\`](${PAGE}/issues/41) reports a bug in it; [\`#3\`](${PAGE}/issues/41) is labelled ` +
        "`regression`. Roll back?\n- [ ] <!-- smallbatch:desk rollback",
    );
    expect(text.match(/may be bad/g)).toHaveLength(1);
  });

  it("counts what is more than five", () => {
    const many = Array.from({ length: 7 }, (_, at) => ({ ...SIGNAL, name: `#${at}` }));
    expect(show(signalled("", many))).toContain("; 2 more. Roll back?");
  });

  it("says nothing where the policy does not want it, nor of what is too old", () => {
    expect(show(signalled("bug: off", [SIGNAL]))).not.toContain("may be bad");
    const old = releasesOf(4, { publishedAt: NOON - 15 * DAY }).slice(0, 1);
    expect(show(signalled("", [SIGNAL], { releases: old }))).not.toContain("may be bad");
    expect(show(stateWith())).not.toContain("may be bad");
  });
});

const grounds = (state: LineState, actedAt: number | null = null): readonly string[] =>
  listGrounds(open(state), actedAt).map(({ reason, by }) => `${reason} (${by ?? "-"})`);

/** As a person would have it. */
function rollbackOf(name: string, at: number) {
  const state = stateWith({ memory: memory({}) });
  const done = rollBackBySelf(
    { ...open(state), now: at },
    { tag: name, reason: "x", url: PAGE, by: null },
  );
  return done?.rollbacks ?? [];
}

describe("rolling back by itself", () => {
  it.each<[string, Signal[], string[]]>([
    ["", [DEPLOYED, SIGNAL], []],
    ["bug: suggest", [SIGNAL], []],
    ["bug: rollback", [SIGNAL], ["#41 reports a bug (wilma)"]],
    ["bug: rollback", [{ ...SIGNAL, by: null }], []],
    ["bug: rollback", [{ ...SIGNAL, tag: "v1.4.3" }], []],
    ["bug: rollback", [DEPLOYED], []],
    ["deployment: rollback", [DEPLOYED, SIGNAL], ["a deployment to production failed (-)"]],
    [
      "regression: rollback",
      [{ ...SIGNAL, kind: "regression" }],
      ["#41 is labelled regression (wilma)"],
    ],
    [
      "bug: rollback",
      [1, 2, 3, 4].map((at) => ({ ...SIGNAL, name: `#${at}` })),
      ["#1 reports a bug (wilma)", "#2 reports a bug (wilma)", "#3 reports a bug (wilma)"],
    ],
  ])("%j with %j: %j", (onSignal, found, reasons) => {
    expect(grounds(signalled(onSignal, found))).toEqual(reasons);
  });

  it("is done for a check that the release started", () => {
    const releases = releasesOf(4, { checks: FAILED });
    expect(grounds(signalled("publish: rollback", [], { releases }))).toEqual([
      "publish failed (-)",
    ]);
    expect(grounds(signalled("", [], { releases }))).toEqual([]);
    // Nobody asked GitHub for anything yet.
    const known = { signals: null };
    expect(grounds(signalled("publish: rollback", [], { releases, known }))).toHaveLength(1);
  });

  const because = (change: Parameters<typeof signalled>[2]): readonly string[] =>
    grounds(signalled("deployment: rollback", [DEPLOYED], change));

  it("is never done twice, for what holds a bad release, or within a day of another one", () => {
    expect(because({})).toHaveLength(1);
    const long = NOON - 2 * DAY;
    for (const rollbacks of [
      rollbackOf("v1.4.4", long),
      rollbackOf("v1.4.3", long),
      rollbackOf("v1.4.4", NOON - HOUR),
    ]) {
      expect(because({ known: { rollbacks, signals: kept([DEPLOYED]) } })).toEqual([]);
    }
    const banner = { as: "affected", tag: "v1.4.3", at: long } as const;
    expect(because({ releases: releasesOf(4, { banner }) })).toEqual([]);
    const [first, second, ...others] = releasesOf(4);
    if (first === undefined || second === undefined) throw new Error("No releases");
    const bad = (at: number): ReleaseSeen => {
      return { ...second, isPrerelease: true, banner: { as: "rolled-back", tag: second.tag, at } };
    };
    expect(because({ releases: [first, bad(NOON - DAY + 1), ...others] })).toEqual([]);
    expect(because({ releases: [first, bad(NOON - DAY), ...others] })).toHaveLength(1);
    const state = signalled("deployment: rollback", [DEPLOYED]);
    expect(grounds(state, NOON - DAY + 1)).toEqual([]);
    expect(grounds(state, NOON - DAY)).toHaveLength(1);
  });

  it("is done again where the database was lost before the issue stood that tells it", () => {
    const known = { rollbacks: [], signals: kept([DEPLOYED]) };
    const again = { releases: releasesAt(NOON - HOUR), known };
    expect(because(again)).toEqual(["a deployment to production failed (-)"]);
    const watched = (change: Parameters<typeof signalled>[2]): readonly string[] =>
      names(signalled("deployment: rollback", [DEPLOYED], change));
    expect(watched(again)).toContain("v1.4.4");
    const hold = { by: "smallbatch", reason: "", url: null, at: NOON - HOUR, rollback: "v1.4.4" };
    const held = { ...again, known: { ...known, hold } };
    expect(because(held)).toHaveLength(1);
    const person = { by: "mona", reason: "", url: null, at: NOON - HOUR };
    expect(because({ ...again, known: { ...known, hold: person } })).toEqual([]);
    // Its issue may stand already, and is looked for.
    const subject = open(signalled("deployment: rollback", [DEPLOYED], held));
    const [ground] = listGrounds(subject, null);
    if (ground === undefined) throw new Error("No ground");
    const { rollbacks = [] } = rollBackBySelf(subject, ground) ?? {};
    expect(rollbacks.map(({ openingAt }) => openingAt)).toEqual([NOON]);
    for (const other of [
      { releases: releasesAt(NOON - DAY), known },
      { releases: releasesAt(null), known },
      { releases: releasesAt(NOON - HOUR, "v1.4.3"), known },
      // Whether an issue tells of it is not known yet.
      { releases: releasesAt(NOON - HOUR), known: { ...known, rollbacks: null } },
      {
        releases: releasesAt(NOON - HOUR),
        known: { ...known, rollbacks: rollbackOf("v1.4.4", NOON - HOUR) },
      },
    ]) {
      expect(because(other)).toEqual([]);
      expect(watched(other)).not.toContain("v1.4.4");
    }
  });

  it("is not done for the release that brought the code of another one back", () => {
    const [first] = rollbackOf("v1.4.2", NOON - 3 * DAY);
    if (first === undefined) throw new Error("No rollback");
    const restoration = { releasedTag: "v1.4.4" } as unknown as typeof first.restoration;
    const own = { ...first, affected: [], restoration };
    expect(because({ known: { rollbacks: [own], signals: kept([DEPLOYED]) } })).toEqual([]);
  });

  it("is not done where a person holds, or nothing is released", () => {
    const hold = { by: "mona", reason: "", url: null, at: NOON };
    expect(because({ known: { hold, signals: kept([DEPLOYED]) } })).toEqual([]);
    expect(because({ canRelease: false })).toEqual([]);
    expect(because({ repository: { ...stateWith().repository, isArchived: true } })).toEqual([]);
    expect(because({ releases: [] })).toEqual([]);
  });

  it("says so: who, why and where", () => {
    const state = signalled("deployment: rollback", [DEPLOYED]);
    const [ground] = listGrounds(open(state), null);
    if (ground === undefined) throw new Error("No ground");
    const url = `${PAGE}/releases/tag/v1.4.4`;
    const reason = "by the policy, because a deployment to production failed";
    expect(rollBackBySelf(open(state), ground)).toMatchObject({
      rollbacks: [{ release: { tag: "v1.4.4" }, by: "smallbatch", reason, url, at: NOON }],
      hold: { by: "smallbatch", reason: `v1.4.4 is rolled back: ${reason}`, rollback: "v1.4.4" },
    });
    expect(rollBackBySelf(open(state), { ...ground, tag: "v9.9.9" })).toBeNull();
  });
});
