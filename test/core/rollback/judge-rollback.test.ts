import { describe, expect, it } from "@jest/globals";
import { parseCommands } from "../../../src/core/command.ts";
import { judgeCommand } from "../../../src/core/obey.ts";
import type { Decision, Question } from "../../../src/core/question.ts";
import { endStep, listSteps, stateOf } from "../../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import type { LineState, ReleaseSeen } from "../../../src/core/state.ts";
import {
  BOB,
  DAY,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  pull,
  release,
  sha,
  tag,
} from "../../support/states.ts";

const SAID = "https://github.com/acme/widgets/pull/4#issuecomment-9";

/** v1.4.1 to v1.4.4, the newest first and Latest, each with one pull of its number. */
function releasesOf(change: Partial<Record<string, Partial<ReleaseSeen>>> = {}): ReleaseSeen[] {
  return [4, 3, 2, 1].map((patch) => {
    const name = `v1.4.${patch}`;
    return release(name, {
      id: 500 + patch,
      sha: sha(patch),
      isLatest: patch === 4,
      publishedAt: NOON - (10 - patch) * DAY,
      cardPulls: [patch],
      ...change[name],
    });
  });
}

function stateWith(change: Partial<LineState> = {}): LineState {
  return lineState({
    releases: releasesOf(),
    tags: [4, 3, 2, 1].map((patch) => tag(`v1.4.${patch}`, { sha: sha(patch) })),
    baseTag: tag("v1.4.4", { sha: sha(4) }),
    commits: [],
    commitCount: 0,
    pulls: [pull(4, { title: "feat: burn" }), pull(3, { author: BOB })],
    ...change,
  });
}

function decide(
  body: string,
  state: LineState,
  said: Partial<Question["said"]> = {},
  older?: readonly ReleaseSeen[],
): Decision {
  const [command] = parseCommands(body);
  if (command === undefined) throw new Error("No command");
  const question: Question = {
    state,
    by: { login: "wilma", permission: "write" },
    said: { url: SAID, at: NOON, isTaken: false, ...said },
    pull: null,
    now: NOON + MINUTE,
    ...(older === undefined ? {} : { older }),
  };
  return judgeCommand(question, command);
}

function taken(decision: Decision): Extract<Decision, { kind: "rollBack" }> {
  if (decision.kind !== "rollBack") throw new Error(JSON.stringify(decision));
  return decision;
}

function rollbackOf(decision: Decision): Rollback {
  const last = taken(decision).rollbacks.at(-1);
  if (last === undefined) throw new Error("None");
  return last;
}

const words = (decision: Decision): string =>
  decision.kind === "answer" || decision.kind === "elsewhere" ? decision.text : decision.kind;

/** As it stands when the steps were done. */
function remembered(rollback: Rollback, change: Partial<Rollback> = {}): LineState {
  return stateWith({ memory: memory({ rollbacks: [{ ...rollback, ...change }] }) });
}

describe("/rollback", () => {
  it("of the newest release goes back to the one before it, and holds the line", () => {
    const decision = taken(decide("/rollback v1.4.4 it burns", stateWith()));
    expect(decision.hold).toEqual({
      by: "wilma",
      reason: "v1.4.4 is rolled back: it burns",
      url: SAID,
      at: NOON,
      rollback: "v1.4.4",
    });
    const rollback = rollbackOf(decision);
    expect(rollback).toMatchObject({
      release: { id: 504, tag: "v1.4.4" },
      good: { id: 503, tag: "v1.4.3" },
      movesLatest: true,
      restore: { before: "v1.4.3", path: null, others: [] },
      affected: [],
      pulls: { shown: [{ number: 4, title: "feat: burn", author: "alice" }], count: 1 },
      loses: { shown: [], count: 0 },
      by: "wilma",
      reason: "it burns",
    });
    expect(listSteps(rollback).map(({ key }) => key)).toEqual(["latest", "mark v1.4.4"]);
  });

  it("of an older one marks the later ones as affected, and Latest loses them", () => {
    const rollback = rollbackOf(decide("/rollback 1.4.3", stateWith()));
    expect(rollback).toMatchObject({
      release: { tag: "v1.4.3" },
      good: { tag: "v1.4.2" },
      movesLatest: true,
      affected: [{ tag: "v1.4.4" }],
      loses: { shown: [{ number: 4 }], count: 1 },
      reason: "",
    });
    expect(listSteps(rollback).map(({ key }) => key)).toEqual([
      "latest",
      "mark v1.4.3",
      "mark v1.4.4",
    ]);
  });

  it("takes no release as good that was rolled back, holds one that was, or has no tag", () => {
    const banner = { as: "rolled-back", tag: "v1.4.3" } as const;
    const one = releasesOf({ "v1.4.3": { banner, isPrerelease: true } });
    expect(rollbackOf(decide("/rollback v1.4.4", stateWith({ releases: one })))).toMatchObject({
      good: { tag: "v1.4.2" },
      restore: { before: "v1.4.3" },
    });
    const first = rollbackOf(decide("/rollback v1.4.2", stateWith()));
    const second = rollbackOf(decide("/rollback v1.4.4", remembered(first)));
    expect(first.affected.map(({ tag: name }) => name)).toEqual(["v1.4.3", "v1.4.4"]);
    expect(second.good).toMatchObject({ tag: "v1.4.1" });
    const gone = releasesOf({ "v1.4.3": { sha: null }, "v1.4.2": { isPrerelease: true } });
    expect(rollbackOf(decide("/rollback v1.4.4", stateWith({ releases: gone })))).toMatchObject({
      good: { tag: "v1.4.1" },
    });
  });

  it("calls no release affected that is rolled back itself, or stands elsewhere", () => {
    const banner = { as: "rolled-back", tag: "v1.4.3" } as const;
    const releases = releasesOf({ "v1.4.3": { banner } });
    const tags = [tag("v1.4.4", { sha: sha(4), isAncestor: false })];
    const rollback = rollbackOf(decide("/rollback v1.4.2", stateWith({ releases, tags })));
    expect(rollback.affected).toEqual([]);
    const first = rollbackOf(decide("/rollback v1.4.4", stateWith()));
    expect(rollbackOf(decide("/rollback v1.4.3", remembered(first))).affected).toEqual([]);
  });

  it("leaves Latest alone where it stands on none of them, and where nothing good is known", () => {
    const releases = releasesOf({ "v1.4.4": { isLatest: false } });
    expect(rollbackOf(decide("/rollback v1.4.4", stateWith({ releases })))).toMatchObject({
      good: { tag: "v1.4.3" },
      movesLatest: false,
    });
    const rollback = rollbackOf(decide("/rollback v1.4.1", stateWith()));
    expect(rollback).toMatchObject({ good: null, restore: null, movesLatest: true });
    expect(listSteps(rollback).map(({ key }) => key)).not.toContain("latest");
  });

  it("of a prerelease goes back to whatever is below it; a stable one never to a prerelease", () => {
    const rc = release("v1.5.0-rc.1", { id: 9, isPrerelease: true, isLatest: false });
    const state = stateWith({ releases: [rc, ...releasesOf()] });
    expect(rollbackOf(decide("/rollback v1.5.0-rc.1", state))).toMatchObject({
      good: { tag: "v1.4.4" },
      affected: [],
    });
    const between = release("v1.4.4-rc.1", { id: 9, isPrerelease: true, isLatest: false });
    const stable = stateWith({ releases: [between, ...releasesOf()] });
    const { good, restore } = rollbackOf(decide("/rollback v1.4.4", stable));
    expect([good?.tag, restore?.before]).toEqual(["v1.4.3", "v1.4.3"]);
  });

  it("names the paths of a component, and leaves those of the ones below it", () => {
    const text =
      "version: 1\ncomponents:\n  - { name: web, path: web }\n  - { name: admin, path: web/admin }\n  - { name: api, path: api }\n";
    const parts = (component: string, format: string): LineState => {
      const { line } = lineState();
      const releases = [2, 1].map((patch) =>
        release(format.replace("N", String(patch)), { id: patch, cardPulls: null }),
      );
      return stateWith({
        line: { ...line, component },
        policyFile: policyFile(text),
        releases,
        tags: [],
        baseTag: tag(format.replace("N", "2")),
      });
    };
    expect(rollbackOf(decide("/rollback web-v1.0.2", parts("web", "web-v1.0.N")))).toMatchObject({
      restore: { before: "web-v1.0.1", path: "web", others: ["web/admin"] },
      pulls: null,
    });
    expect(rollbackOf(decide("/rollback v1.0.2", parts("", "v1.0.N")))).toMatchObject({
      restore: { path: null, others: ["web", "web/admin", "api"] },
    });
  });

  it("of what is not released says what there is, once", () => {
    const state = stateWith();
    const unknown = decide("/rollback v9.9.9", state);
    expect(unknown.kind).toBe("elsewhere");
    expect(words(unknown)).toBe(
      "there is no release `v9.9.9` here; there are v1.4.4, v1.4.3, v1.4.2 and 1 more.",
    );
    expect(words(decide("/rollback v9.9.9", state, { isTaken: true }))).toBe("nothing");
    const cut = stateWith({ releasesKnownSince: NOON - DAY });
    expect(decide("/rollback 9.9.9", cut)).toEqual({ kind: "read", tags: ["9.9.9", "v9.9.9"] });
    expect(words(decide("/rollback v9.9.9", cut, {}, []))).toContain("the newest are v1.4.4");
    const none = stateWith({ releases: [release("nightly")] });
    expect(words(decide("/rollback v9.9.9", none))).toContain("there is none yet");
    const draft = release("v1.4.5", { isDraft: true, publishedAt: null });
    const drafts = stateWith({ releases: [draft, ...releasesOf()] });
    expect(words(decide("/rollback v1.4.5", drafts))).toContain("is a draft, which nobody has");
    const gone = stateWith({ releases: releasesOf({ "v1.4.4": { sha: null } }) });
    expect(words(decide("/rollback v1.4.4", gone))).toContain("is gone");
    expect(words(decide("/rollback", state))).toMatch(/^say which release, as in/);
  });

  it("is done once: heard again it goes on, said again it is refused with the issue", () => {
    const issue = { number: 12, url: "https://github.com/acme/widgets/issues/12" };
    const first = rollbackOf(decide("/rollback v1.4.4 it burns", stateWith()));
    const again = taken(decide("/rollback v1.4.4 it burns", remembered(first)));
    expect(again.rollbacks).toEqual([first]);
    const running = remembered(first, { issue });
    expect(words(decide("/rollback v1.4.4", running, { isTaken: true }))).toBe("nothing");
    const other = { url: `${SAID}9` };
    expect(words(decide("/rollback v1.4.4", running, other))).toBe(
      `\`v1.4.4\` is being rolled back already. [What was done](${issue.url}).`,
    );
    const ended = stateWith({
      memory: memory({ rollbacks: [{ ...first, issue }], resumedAt: NOON + 1 }),
    });
    expect(words(decide("/rollback v1.4.4", ended, other))).toContain("was rolled back already");
    const unopened = remembered(first, { resumedAt: NOON + 1 });
    expect(words(decide("/rollback v1.4.4", unopened, other))).toBe(
      "`v1.4.4` was rolled back already.",
    );
  });

  it("said again tries once more what GitHub refused, and nothing else", () => {
    const first = rollbackOf(decide("/rollback v1.4.4", stateWith()));
    const done = endStep(first, "mark v1.4.4", { at: NOON, refused: null });
    const refused = endStep(done, "latest", { at: NOON, refused: "Not Found" });
    const other = rollbackOf(decide("/rollback v1.4.2", stateWith()));
    const state = stateWith({ memory: memory({ rollbacks: [other, refused] }) });
    const again = taken(decide("/rollback v1.4.4", state, { url: `${SAID}9` }));
    expect(again.rollbacks).toEqual([other, done]);
    expect(stateOf(refused)).toBe("holding");
    expect(stateOf(done)).toBe("asked");
  });

  it("is not done where it was said before somebody resumed", () => {
    const state = stateWith({ memory: memory({ resumedAt: NOON + 1 }) });
    expect(words(decide("/rollback v1.4.4", state))).toContain("resumed after this was said");
  });

  it("leaves a hold of somebody else as it is, also an older one", () => {
    for (const at of [NOON + 1, NOON - DAY]) {
      const hold = { by: "mona", reason: "wait", url: null, at };
      const state = stateWith({ memory: memory({ hold }) });
      expect(taken(decide("/rollback v1.4.4", state)).hold).toBe(hold);
    }
    const other = { by: "mona", reason: "v1.4.2 is rolled back", url: null, rollback: "v1.4.2" };
    const held = (at: number) =>
      taken(decide("/rollback v1.4.4", stateWith({ memory: memory({ hold: { ...other, at } }) })))
        .hold;
    expect(held(NOON + 1)?.rollback).toBe("v1.4.2");
    expect(held(NOON - 1)?.rollback).toBe("v1.4.4");
  });

  it("goes on for five releases at the same time at most, and forgets the oldest that ended", () => {
    const first = rollbackOf(decide("/rollback v1.4.4", stateWith()));
    const named = (nth: number, change: Partial<Rollback> = {}): Rollback => {
      return { ...first, release: { id: nth, tag: `v0.${nth}.0` }, ...change };
    };
    const five = [1, 2, 3, 4, 5].map((nth) => named(nth));
    const full = stateWith({ memory: memory({ rollbacks: five }) });
    expect(words(decide("/rollback v1.4.4", full))).toMatch(/^`v0\.1\.0`, .* being rolled back\./);
    const ended = Array.from({ length: 22 }, (_, nth) => named(nth, { resumedAt: NOON }));
    const state = stateWith({ memory: memory({ rollbacks: ended }) });
    const { rollbacks } = taken(decide("/rollback v1.4.4", state));
    expect(rollbacks).toHaveLength(21);
    expect(rollbacks[0]?.release.tag).toBe("v0.2.0");
  });
});
