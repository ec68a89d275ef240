import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { formatNodeId } from "../../src/local-github/node-id.ts";
import { createRepository } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, Receiver, type PlatformWorld } from "./platform-world.ts";

const local = useLocalGitHub();
const receiver = new Receiver();
let webhookUrl = "";
let world: PlatformWorld;

beforeAll(async () => {
  webhookUrl = await receiver.listen();
});
afterAll(() => receiver.close());

beforeEach(async () => {
  world = await buildPlatform(local, { webhookUrl, events: ["issues"] });
  await told();
});

/** A new issue of the bot; its node id and its path. */
async function open(): Promise<{ id: string; path: string }> {
  const { body } = await world.bot("POST", "{repo}/issues", { title: "Desk", body: "first" });
  return { id: body.node_id, path: `{repo}/issues/${body.number}` };
}

/** Data, or the type of the first error. */
async function ask(who: string | null, query: string, variables: object): Promise<unknown> {
  const send = who === null ? world.bot : world.as(who);
  const path = new URL(local.graphqlUrl).pathname;
  const { body } = await send("POST", path, { query, variables });
  return body.errors?.[0]?.type ?? body.data;
}

/** What was told since the last time, by action. */
async function told(): Promise<string[]> {
  await local.webhooks.idle();
  const received = receiver.received.splice(0).filter(({ event }) => event === "issues");
  return received.map(({ action }) => String(action));
}

const PIN = "mutation($id: ID!) { pinIssue(input: {issueId: $id}) { issue { isPinned } } }";
const DELETE = "mutation($id: ID!) { deleteIssue(input: {issueId: $id}) { clientMutationId } }";
const TRANSFER = `mutation($id: ID!, $to: ID!) {
  transferIssue(input: {issueId: $id, repositoryId: $to}) { issue { number body } }
}`;
const EDITS = `query($id: ID!) {
  node(id: $id) { ... on Issue { userContentEdits(first: 5) { nodes { diff editor { login } } } } }
}`;

describe("an issue", () => {
  it("is pinned by whoever may write, three of a repository at most", async () => {
    for (let count = 0; count < 3; count += 1) {
      const { id } = await open();
      expect(await ask("rita", PIN, { id })).toBe("FORBIDDEN");
      expect(await ask(null, PIN, { id })).toEqual({ pinIssue: { issue: { isPinned: true } } });
      expect(await ask(null, PIN, { id })).toEqual({ pinIssue: { issue: { isPinned: true } } });
    }
    expect(await told()).toEqual(["opened", "pinned", "opened", "pinned", "opened", "pinned"]);
    const { id } = await open();
    expect(await ask(null, PIN, { id })).toBe("UNPROCESSABLE");
  });

  it("remembers its texts from the first edit on, newest first, with who wrote them", async () => {
    const { id, path } = await open();
    expect(await ask(null, EDITS, { id })).toEqual({ node: { userContentEdits: { nodes: [] } } });
    await world.as("wilma")("PATCH", path, { body: "second" });
    const seen = JSON.stringify(await ask(null, EDITS, { id }));
    expect(seen).toMatch(/"second".*"wilma.*"first".*"batcher/);
    expect(await told()).toEqual(["opened", "edited"]);
  });

  it("is deleted by an admin alone", async () => {
    const { id, path } = await open();
    expect(await ask("wilma", DELETE, { id })).toBe("FORBIDDEN");
    await ask("owner", DELETE, { id });
    expect((await world.bot("GET", path)).status).toBe(404);
    expect(await told()).toEqual(["opened", "deleted"]);
    expect(await ask(null, PIN, { id })).toBe("NOT_FOUND");
  });

  it("goes to another repository with its comments, under another number", async () => {
    const { id, path } = await open();
    await world.bot("POST", `${path}/comments`, { body: "said" });
    const owner = local.github.owner(world.repository).login;
    const other = await createRepository(local.github, owner, "gadgets", {});
    await told();
    const to = formatNodeId("Repository", other.id);
    expect(await ask("owner", TRANSFER, { id, to })).toEqual({
      transferIssue: { issue: { number: 1, body: "first" } },
    });
    expect((await world.bot("GET", path)).status).toBe(404);
    const moved = `/repos/${owner}/gadgets/issues/1/comments`;
    expect((await world.bot("GET", moved)).body).toHaveLength(1);
    expect(await told()).toEqual(["transferred", "opened"]);
    expect(await ask("owner", TRANSFER, { id, to: "R_nowhere" })).toBe("NOT_FOUND");
  });
});
