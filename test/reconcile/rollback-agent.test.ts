import { describe, expect, it } from "@jest/globals";
import { isAgentComment } from "../../src/core/rollback/agent-comment.ts";
import type { Rollback } from "../../src/core/rollback/rollback.ts";
import { agentWakeAt, askAgent } from "../../src/reconcile/rollback-agent.ts";
import { lineState, NOON, SECOND } from "../support/states.ts";

const TEXT = "@my-agent please fix {tag}";

const ASKED = {
  release: { id: 503, tag: "v1.4.3" },
  issue: { number: 7, url: "https://github.com/acme/widgets/issues/7" },
  boxes: {
    agent: { by: { id: 3, login: "mona" }, permission: "write", at: NOON, refused: null },
  },
} as Partial<Rollback> as Rollback;

/** Comments of an issue that GitHub keeps, and a rollback as the store has it. */
function open(change: { isLost?: boolean; refuses?: string } = {}) {
  const comments: string[] = [];
  let kept = ASKED;
  let now = NOON;
  const forge = {
    findAgentComment: async (_: unknown, __: unknown, tag: string) =>
      comments.some((body) => isAgentComment(body, tag)) ? "found" : null,
    comment: async (_: unknown, __: unknown, body: string) => {
      if (change.refuses !== undefined) return { url: null, refused: change.refuses };
      comments.push(body);
      if (change.isLost === true) throw new Error("The answer is lost");
      return { url: "posted", refused: null };
    },
  };
  const look = async (text: string | null = TEXT): Promise<void> => {
    const keep = async (rollback: Rollback): Promise<void> => {
      kept = rollback;
    };
    const request = { clock: { now: () => now }, ensureAlone: () => undefined };
    const asked = { rollback: kept, text };
    kept = await askAgent({ request, forge, keep }, lineState({}), asked).catch(() => kept);
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  return { comments, look, wait, agent: () => kept.agent, wakeAt: () => agentWakeAt(kept) };
}

describe("asking an agent for a fix", () => {
  it("is done once, however often it is looked at", async () => {
    const { comments, look, agent, wakeAt } = open();
    await look();
    await look();
    expect(comments).toHaveLength(1);
    expect([agent()?.url, wakeAt()]).toEqual(["posted", null]);
  });

  it("is found again where the answer was lost, and not said twice", async () => {
    const { comments, look, wait, agent, wakeAt } = open({ isLost: true });
    await look();
    expect([agent()?.url, wakeAt()]).toEqual([null, NOON + 60 * SECOND]);
    wait(61 * SECOND);
    await look();
    expect([comments.length, agent()?.url]).toEqual([1, "found"]);
  });

  it("waits for a comment that may be on its way, and posts it where it never came", async () => {
    const { comments, look, wait } = open({ isLost: true });
    await look();
    comments.pop();
    wait(59 * SECOND);
    await look();
    expect(comments).toEqual([]);
    wait(2 * SECOND);
    await look();
    expect(comments).toHaveLength(1);
  });

  it.each([
    ["GitHub refuses", { refuses: "Locked" }, TEXT, "Locked"],
    ["the policy has no words any more", {}, null, "the policy has no words for an agent"],
  ])("tells where %s, and tries no more", async (_, change, text, words) => {
    const { comments, look, agent } = open(change);
    await look(text);
    await look(TEXT);
    expect(comments).toEqual([]);
    expect(agent()?.refused).toContain(words);
  });
});
