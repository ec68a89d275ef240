import { describe, expect, it } from "@jest/globals";
import { interpretDelivery } from "../../src/github/events.ts";
import { WIDGETS } from "../support/payload.ts";

const AT = "2026-11-22T11:59:00Z";
const context = { appId: 7, guid: "guid-1", receivedAt: Date.UTC(2026, 10, 22, 12) };
const sender = { id: 11, login: "mona", type: "User" };
const envelope = {
  installation: { id: 77 },
  repository: { ...WIDGETS, private: true },
  sender,
};

const BUG = { name: "Bug" };
const REGRESSION = { name: "regression" };
const OTHER = { name: "question" };

/** Is it kept as a word about a release, and does somebody look? */
function read(event: string, action: string, payload: object): readonly [boolean, boolean] {
  const { facts, hint, note } = interpretDelivery(
    event,
    { ...envelope, action, ...payload },
    context,
  );
  expect(note).toBeNull();
  return [facts[0]?.data["signal"] === true, hint];
}

describe("what may speak against a release", () => {
  const issue = (labels: readonly object[], change: object = {}): object => ({
    issue: { number: 8, title: "Secret", body: "Secret", user: sender, labels, ...change },
  });

  it.each<[string, string, object, boolean]>([
    ["a new bug report", "opened", issue([OTHER, BUG]), true],
    ["a new question", "opened", issue([OTHER]), false],
    ["an issue without labels", "opened", issue([]), false],
    ["a report that is changed", "edited", issue([REGRESSION]), true],
    ["a report that is closed", "closed", issue([BUG]), true],
    ["a report that is assigned", "assigned", issue([BUG]), false],
    ["the label", "labeled", { ...issue([BUG, OTHER]), label: BUG }, true],
    ["another label of it", "labeled", { ...issue([BUG, OTHER]), label: OTHER }, false],
    ["the label taken off", "unlabeled", { ...issue([]), label: REGRESSION }, true],
    ["what nobody names", "labeled", issue([BUG]), false],
    ["a pull as an issue", "opened", issue([BUG], { pull_request: {} }), false],
  ])("%s: issues.%s", (_, action, payload, isSignal) => {
    expect(read("issues", action, payload)).toEqual([isSignal, isSignal]);
  });

  const pull = {
    number: 4,
    created_at: AT,
    user: sender,
    base: { ref: "old" },
    head: { ref: "work", sha: "b".repeat(40) },
  };

  it.each([
    ["regression", true],
    ["bug", false],
  ])("the label %s on a pull, of whatever branch", (name, isSignal) => {
    const payload = { pull_request: { ...pull, merged: true, state: "closed" }, label: { name } };
    expect(read("pull_request", "labeled", payload)).toEqual([isSignal, isSignal]);
  });

  it.each([
    ["failure", true],
    ["error", true],
    ["success", false],
    ["in_progress", false],
  ])("a deployment that is %s", (state, isSignal) => {
    const payload = {
      deployment_status: { id: 1, state, created_at: AT, environment: "production" },
      deployment: { id: 2, sha: "a".repeat(40), ref: "v1.4.3" },
    };
    expect(read("deployment_status", "created", payload)).toEqual([isSignal, isSignal]);
  });
});
