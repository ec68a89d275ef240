import { describe, expect, it } from "@jest/globals";
import { parseCommands } from "../../src/core/command.ts";
import type { Memory, PersonHold } from "../../src/core/memory.ts";
import { judgeAsked, judgeCommand } from "../../src/core/obey.ts";
import { restoreHold } from "../../src/core/person-hold.ts";
import { plan } from "../../src/core/plan.ts";
import { memoryOf } from "../../src/core/question.ts";
import type { Decision, Question } from "../../src/core/question.ts";
import type { LineState } from "../../src/core/state.ts";
import {
  batchOf,
  check,
  head,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  sha,
  tag,
} from "../support/states.ts";

const URL = "https://github.com/acme/widgets/issues/5#issuecomment-9";
const HOLD: PersonHold = { by: "wilma", reason: "the API is on fire", url: URL, at: NOON };

const held = (change: Partial<LineState> = {}): LineState =>
  lineState({ memory: memory({ hold: HOLD }), ...change });

function question(known: Partial<Memory>, said: Partial<Question["said"]> = {}): Question {
  return {
    state: lineState({ memory: memory(known) }),
    by: { login: "mona", permission: "maintain" },
    said: { url: `${URL}9`, at: NOON + MINUTE, isTaken: false, ...said },
    pull: null,
    now: NOON + 2 * MINUTE,
  };
}

function decide(body: string, asked: Question): Decision {
  const [command] = parseCommands(body);
  if (command === undefined) throw new Error("No command");
  return judgeCommand(asked, command);
}

const said = (decision: Decision): string => (decision.kind === "answer" ? decision.text : "");

describe("a person's hold", () => {
  it("stops a release that is due, and says who, since when, why and what to do", () => {
    const planned = plan(held(), NOON + MINUTE);
    expect(planned.reason).toEqual({
      state: "held",
      code: "hold-person",
      text: "held: by wilma since 2026-03-02 12:00 UTC (the API is on fire)",
      detail: expect.stringMatching(
        /^\[`wilma`\]\(https.*\) holds releases since .*: the API is on fire\. Merging goes on: the batch has 1 change by now\. .*`\/resume`/,
      ),
      blockedBy: ["wilma"],
    });
    expect(planned.version).toBe("1.4.3");
    expect(planned.actions.map(({ kind }) => kind)).toEqual(["writeCheck"]);
    expect(planned.wakeAt).toBeNull();
  });

  it("is said before what the batch itself waits for, and counts it", () => {
    const batch = batchOf([{ title: "feat!: all new" }, { title: "fix: a" }], {
      memory: memory({ hold: { ...HOLD, reason: "", url: null } }),
      head: head({ checks: [check("ci/test", { state: "red" })] }),
    });
    const { reason } = plan(batch, NOON);
    expect(reason.text).toBe("held: by wilma since 2026-03-02 12:00 UTC");
    expect(reason.detail).toMatch(/^`wilma` .*: no reason was given\..* the batch has 2 changes/);
  });

  it("stops what was ordered, by whichever word", () => {
    const order = { level: "major", base: "v1.4.2", by: "mona", url: URL, at: NOON } as const;
    for (const how of ["prepared", "now", "as"] as const) {
      const version = how === "as" ? "3.0.0" : null;
      const known = memory({ hold: HOLD, order: { ...order, how, version } });
      const { reason, actions } = plan(held({ memory: known }), NOON);
      expect([reason.code, actions.map(({ kind }) => kind)]).toEqual([
        "hold-person",
        ["writeCheck"],
      ]);
    }
  });

  it("leaves a line without a batch as it is", () => {
    const idle = held({ commits: [], commitCount: 0, pulls: [] });
    expect(plan(idle, NOON).reason.code).toBe("nothing-merged");
  });

  it("lets a release whose tag stands come to its end", () => {
    const made = tag("v1.4.3", { sha: sha(2) });
    const known = { hold: HOLD, intent: { tag: "v1.4.3", sha: sha(2) } };
    const begun = { tags: [made, tag("v1.4.2")], unfinished: made, memory: memory(known) };
    const planned = plan(held(begun), NOON);
    expect(planned.actions.map(({ kind }) => kind)).toContain("publishRelease");
    // A draft is nothing that anybody has yet.
    const draft = release("v1.4.3", {
      sha: null,
      isDraft: true,
      publishedAt: null,
      draftedAt: NOON - 2 * MINUTE,
    });
    const policy = policyFile("version: 1\npublishWhen: [build]\n");
    const drafted = { ...begun, releases: [draft, release("v1.4.2")], policyFile: policy };
    const green = { head: head({ checks: [check("ci/test"), check("build")] }) };
    expect(plan(held({ ...drafted, ...green }), NOON).reason.code).toBe("hold-person");
    const free = { ...drafted, ...green, memory: memory({ intent: known.intent }) };
    expect(plan(lineState(free), NOON).actions.map(({ kind }) => kind)).toContain("publishDraft");
  });

  it("lets a linked component follow the one that is out", () => {
    const policy = policyFile(
      "version: 1\ncomponents: [{name: core, path: core}, {name: cli, path: cli}]\nlinked: [[core, cli]]\n",
    );
    const state = held({
      line: { ...lineState().line, component: "cli" },
      policyFile: policy,
      tags: [tag("cli-v1.4.2"), tag("core-v1.4.3", { sha: sha(2) })],
      baseTag: tag("cli-v1.4.2"),
      releases: [],
      linked: {
        components: ["core", "cli"],
        version: "1.4.3",
        tag: tag("core-v1.4.3", { sha: sha(2) }),
        level: "patch",
        heldBy: null,
      },
    });
    expect(plan(state, NOON).reason).toMatchObject({ code: "linked", state: "releasing" });
  });
});

describe("/hold", () => {
  it("is kept with its reason, and a newer one takes its place", () => {
    const wanted = { by: "mona", reason: "wait for legal", url: `${URL}9`, at: NOON + MINUTE };
    const decision = decide("/hold  wait  for legal ", question({}));
    expect(decision).toEqual({ kind: "hold", hold: wanted });
    expect(memoryOf(decision)).toEqual({ hold: wanted });
    expect(decide("/hold wait for legal", question({ hold: HOLD }))).toEqual(decision);
    expect(decide("/HOLD", question({}))).toMatchObject({ hold: { reason: "" } });
  });

  it("heard after a newer one leaves that in its place", () => {
    const asked = question({ hold: HOLD }, { at: NOON - MINUTE });
    expect(decide("/hold me", asked)).toEqual({ kind: "hold", hold: HOLD });
  });

  it("that was lifted since holds nothing, however often it is heard", () => {
    const since = { resumedAt: NOON + 2 * MINUTE };
    expect(said(decide("/hold", question(since)))).toMatch(/were resumed after this was said/);
    expect(decide("/hold", question(since, { isTaken: true }))).toEqual({ kind: "nothing" });
  });

  it("that was taken before the database was lost is kept again", () => {
    expect(decide("/hold", question({}, { isTaken: true })).kind).toBe("hold");
  });

  it("is taken while the policy is not valid, when nothing else is", () => {
    const invalid = { ...question({}), state: lineState({ policyFile: policyFile("nonsense") }) };
    expect(decide("/hold", invalid).kind).toBe("hold");
    expect(said(decide("/release", invalid))).toMatch(/policy file is not valid/);
  });

  it("cancel is not a reason", () => {
    expect(said(decide("/hold cancel", question({})))).toMatch(/say `\/resume`/);
  });
});

describe("what a line remembers", () => {
  it("is only what changes it", () => {
    const intent = { tag: "v1.4.3", sha: sha(2) };
    expect(memoryOf({ kind: "finish", intent })).toEqual({ intent });
    for (const decision of [
      { kind: "preview", tag: "preview/pr-1/1", sha: sha(2) },
      { kind: "read", tags: ["v1.4.3"] },
      { kind: "why" },
      { kind: "answer", text: "no." },
      { kind: "nothing" },
    ] as const) {
      expect(memoryOf(decision)).toBeNull();
    }
  });
});

describe("/resume", () => {
  const RESUMED = { by: "mona", reason: "", url: `${URL}9`, at: NOON + MINUTE };

  it("lets go what was held before it", () => {
    const decision = decide("/resume", question({ hold: HOLD }));
    expect(decision).toEqual({ kind: "resume", at: NOON + MINUTE, resumed: RESUMED });
    const kept = { hold: null, resumedAt: NOON + MINUTE, resumed: RESUMED };
    expect(memoryOf(decision)).toEqual(kept);
  });

  it("says that nobody holds, and what does", () => {
    expect(said(decide("/resume", question({})))).toMatch(/nobody holds releases here/);
    expect(decide("/resume", question({}, { isTaken: true }))).toEqual({ kind: "nothing" });
  });

  it("does not lift what was held after it was said", () => {
    const newer = { hold: { ...HOLD, at: NOON + 2 * MINUTE } };
    expect(said(decide("/resume", question(newer)))).toMatch(/newer than this/);
    expect(decide("/resume", question(newer, { isTaken: true }))).toEqual({ kind: "nothing" });
  });

  it("is shown again where it was interrupted before it was shown", () => {
    const done = question({ resumedAt: NOON + MINUTE });
    const again = { kind: "resume", at: NOON + MINUTE };
    expect(decide("/resume", done)).toEqual({ ...again, resumed: RESUMED });
    const newer = { ...RESUMED, by: "wilma", at: NOON + 2 * MINUTE };
    const known = question({ resumedAt: NOON + 2 * MINUTE, resumed: newer });
    expect(decide("/resume", known)).toEqual({
      kind: "resume",
      at: NOON + 2 * MINUTE,
      resumed: newer,
    });
  });
});

describe("while a person holds releases", () => {
  it("/release is answered with who, why and what to do", () => {
    for (const body of ["/release", "/release now", "/release as 2.0.0"]) {
      expect(said(decide(body, question({ hold: HOLD })))).toMatch(
        /^\[`wilma`\].*: the API is on fire\. Say `\/resume` first\.$/,
      );
    }
  });

  it("an order goes on when they are resumed", () => {
    const asked = judgeAsked(question({}), { kind: "release", how: "now" });
    const order = memoryOf(asked)?.order ?? null;
    const state = batchOf([{ title: "feat!: all new" }], { memory: memory({ order, hold: HOLD }) });
    expect(plan(state, NOON).reason.code).toBe("hold-person");
    const resumed = { ...state, memory: { ...state.memory, hold: null, resumedAt: NOON } };
    expect(order?.level).toBe("patch");
    expect(plan(resumed, NOON).reason.code).toBe("level");
  });
});

describe("the policy", () => {
  it("may ask for more than write", () => {
    const text = "version: 1\nmay: {hold: [wilma]}\n";
    const asked = { ...question({}), state: lineState({ policyFile: policyFile(text) }) };
    expect(said(decide("/hold", asked))).toMatch(/named in `may`/);
    expect(said(decide("/resume", asked))).toMatch(/named in `may`/);
    const wilma = { ...asked, by: { login: "Wilma", permission: "write" } } as const;
    expect(decide("/hold", wilma).kind).toBe("hold");
  });
});

describe("a hold that the desk shows", () => {
  it.each<[string, Partial<Memory>, PersonHold | null]>([
    ["is taken over where the store knows nothing", {}, HOLD],
    ["is known", { hold: HOLD }, null],
    ["is older than the one that is known", { hold: { ...HOLD, at: NOON + 1 } }, null],
    ["is newer than an old copy of the store", { hold: { ...HOLD, at: NOON - 1 } }, HOLD],
    ["was lifted", { resumedAt: NOON }, null],
    ["was made after the last time", { resumedAt: NOON - 1 }, HOLD],
  ])("%s", (_, known, wanted) => {
    expect(restoreHold(memory(known), HOLD)).toEqual(wanted);
  });
});
