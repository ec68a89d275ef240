import { createHmac } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../../src/core/batch.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy/policy-schema.ts";
import type { Decision } from "../../../src/core/question.ts";
import {
  describeExceptions,
  exceptionFor,
  formatException,
  judgeException,
  keepException,
  readException,
} from "../../../src/core/size/size-exception.ts";
import type { SizeException } from "../../../src/core/size/size-exception.ts";
import { batchOf, lineState, memory, NOON, sha } from "../../support/states.ts";

const REASON = "the schema moves in one piece";
const URL = "https://github.com/acme/widgets/pull/12#issuecomment-7";

function exception(change: Partial<SizeException> = {}): SizeException {
  return { by: "mona", reason: REASON, sha: sha(77), url: URL, at: NOON, ...change };
}

type Asked = Parameters<typeof judgeException>[2];

function decide(
  change: Partial<Asked["pull"]> &
    Partial<Omit<Asked, "pull">> & { by?: string; isTaken?: boolean } = {},
  kept: readonly SizeException[] = [],
) {
  const { by = "mona", isTaken = false, people = [], narrowing = null, ...more } = change;
  const pull = { headSha: sha(77), author: "wilma", verdict: "over", check: "required" } as const;
  const state = lineState({ memory: memory({ sizeExceptions: kept }) });
  return judgeException(
    {
      state,
      by: { login: by, permission: "maintain" },
      said: { url: URL, at: NOON, isTaken },
    },
    REASON,
    { pull: { ...pull, exempt: null, ...more }, people, narrowing },
  );
}

function textOf(decision: Decision): string {
  return decision.kind === "answer" ? decision.text : "";
}

const LIFTED = { kind: "lift", exception: exception() };

describe("/size-ok", () => {
  it.each(["over", "unknown"] as const)("lifts the limit of what is %s", (verdict) => {
    expect(decide({ verdict })).toEqual(LIFTED);
    expect(decide({ verdict, check: "advisory" })).toEqual(LIFTED);
  });

  it.each(["ok", "warn"] as const)("lifts nothing of what is %s", (verdict) => {
    expect(decide({ verdict })).toEqual({
      kind: "answer",
      text: "a0a0a0a is within the limit; nothing has to be lifted.",
    });
  });

  it("lifts nothing where nothing holds", () => {
    expect(textOf(decide({ check: "off" }))).toMatch(/sizes are not judged here/);
    expect(textOf(decide({ exempt: "it takes back #4" }))).toBe(
      "there is no limit to lift: it takes back #4.",
    );
  });

  it("is not for who opened the pull request, where somebody else may", () => {
    const ada = { login: "ada", permission: "admin" } as const;
    const mona = { login: "Mona", permission: "maintain" } as const;
    const otto = { login: "otto", permission: "write" } as const;
    const own = { author: "mona" };
    expect(decide({ ...own, people: [mona, ada] })).toEqual({
      kind: "answer",
      text: "whoever opened a pull request does not lift its limit; `ada` can say it.",
    });
    expect(textOf(decide({ ...own, people: [mona, ada, { ...ada, login: "zoe" }] }))).toMatch(
      /`ada`, or another person who may, can say it/,
    );
    expect(textOf(decide({ ...own, people: null }))).toMatch(/GitHub does not tell who/);
    expect(decide({ ...own, people: [mona, otto] })).toEqual(LIFTED);
    expect(decide({ ...own, people: [mona, ada], narrowing: ["mona"] })).toEqual(LIFTED);
    expect(decide({ people: [ada] })).toEqual(LIFTED);
  });

  it("counts as said last, and once more where it was interrupted", () => {
    expect(decide({}, [exception({ at: NOON + 1, by: "ada" })])).toEqual({ kind: "nothing" });
    expect(decide({}, [exception({ at: NOON - 1, by: "ada" })])).toEqual(LIFTED);
    expect(decide({}, [exception()])).toEqual(LIFTED);
    expect(decide({}, [exception({ sha: sha(78) })])).toEqual(LIFTED);
  });

  it("is not answered where it was taken, and is told again", () => {
    expect(decide({ isTaken: true, verdict: "ok" })).toEqual({ kind: "nothing" });
    expect(decide({ isTaken: true })).toEqual(LIFTED);
  });
});

describe("what is kept of exceptions", () => {
  it("holds for its commit alone", () => {
    const kept = [exception({ sha: sha(1) }), exception({ by: "ada" })];
    const shown = exception({ sha: sha(3) });
    expect(exceptionFor({ headSha: sha(77), kept, shown })?.by).toBe("ada");
    expect(exceptionFor({ headSha: sha(3), kept, shown })).toBe(shown);
    expect(exceptionFor({ headSha: sha(2), kept, shown: null })).toBeNull();
  });

  it("has one of each commit, the newest first, and an end", () => {
    const first = keepException([exception({ by: "ada" })], exception());
    expect(first).toEqual([exception()]);
    const many = Array.from({ length: 60 }, (_, at) => exception({ sha: sha(at) }));
    const kept = many.reduce<readonly SizeException[]>(keepException, []);
    expect(kept).toHaveLength(50);
    expect(kept[0]?.sha).toBe(sha(59));
  });
});

describe("the release card", () => {
  it("names the exceptions of the heads that were merged, and no other", () => {
    const state = batchOf([{ title: "feat: all new" }, { title: "fix: a part" }]);
    const [first, second] = state.pulls;
    const kept = [exception({ sha: first?.headSha ?? "" }), exception({ sha: sha(99) })];
    const remembering = { ...state, memory: memory({ sizeExceptions: kept }) };
    const batch = judgeBatch(remembering, DEFAULT_POLICY);
    expect(batch.units).toHaveLength(2);
    expect(second?.headSha).not.toBe(first?.headSha);
    expect(describeExceptions(remembering, batch)).toEqual([
      { rule: "size", by: "mona", why: REASON, sha: first?.headSha, pull: first?.number, url: URL },
    ]);
    const pushed = { ...state, pulls: [], memory: remembering.memory };
    expect(describeExceptions(pushed, judgeBatch(pushed, DEFAULT_POLICY))).toEqual([]);
  });
});

const sign = (text: string): string => createHmac("sha256", "key").update(text).digest("hex");

describe("an exception in the check's summary", () => {
  const own = { repository: 42, sha: sha(77), sign };

  it("is found again where the store was lost", () => {
    const hostile = exception({ reason: "--> \u2028 <!-- `@mona`", url: null });
    for (const each of [exception(), hostile]) {
      const line = formatException(42, each, sign);
      expect(line).not.toContain("\n");
      expect(readException(`${line}\nText`, own)).toEqual(each);
      expect(readException(line, own)).toEqual(each);
    }
  });

  it("is nothing where anybody else wrote it, or of something else", () => {
    const line = formatException(42, exception(), sign);
    expect(readException("", own)).toBeNull();
    expect(readException(`Text\n${line}`, own)).toBeNull();
    expect(readException(line.replace("mona", "otto"), own)).toBeNull();
    expect(readException(line, { ...own, repository: 43 })).toBeNull();
    expect(readException(line, { ...own, sha: sha(78) })).toBeNull();
    expect(readException(line, { ...own, sign: () => "f".repeat(64) })).toBeNull();
    expect(readException(formatException(42, exception({ reason: "" }), sign), own)).toBeNull();
  });
});
