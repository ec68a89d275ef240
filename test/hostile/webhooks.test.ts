import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { interpretDelivery } from "../../src/github/events.ts";
import { startServer, type Server } from "../../src/server.ts";
import { useDatabase } from "../support/database.ts";
import {
  BODIES,
  crawl,
  jsonOf,
  MEGABYTE,
  rawHead,
  shoot,
  volley,
  type Target,
} from "./attacker.ts";

const test = useDatabase();
const SECRET = "0123456789abcdef0123456789abcdef";
const servers: Server[] = [];
const failures: unknown[] = [];
let target: Target;
/** Patient for a second only. */
let hasty: Target;

function ignore(): void {}

async function open(requestMsMax: number): Promise<Target> {
  const server = await startServer({
    settings: {
      host: "127.0.0.1",
      port: 0,
      webhookSecrets: [SECRET],
      appId: 7,
      hasWebhooks: true,
      serverUrl: "https://github.com",
    },
    database: test.database,
    interpret: interpretDelivery,
    logger: {
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: (fields) => failures.push((fields as { err: unknown }).err),
    },
    requestMsMax,
  });
  servers.push(server);
  return { url: server.url, secret: SECRET };
}

beforeAll(async () => {
  target = await open(30_000);
  hasty = await open(1_000);
});
afterAll(async () => {
  for (const server of servers) await server.close();
});

async function isAlive(): Promise<boolean> {
  return (await fetch(`${target.url}/livez`)).ok && (await fetch(`${target.url}/readyz`)).ok;
}

async function count(what: string): Promise<number> {
  const [row] = await test.query(`select count(*)::int as count from smallbatch.${what}`);
  return Number(row?.["count"]);
}

const push = JSON.stringify({
  ref: "refs/heads/main",
  before: "0".repeat(40),
  after: "a".repeat(40),
  installation: { id: 1 },
});

describe("a flood", () => {
  it("of signed deliveries is kept or refused with 503, each one", async () => {
    const before = await count("delivery");
    const {
      202: kept = 0,
      503: refused = 0,
      ...others
    } = await volley(600, 100, () => shoot(target, { body: push }));
    expect(others).toEqual({});
    expect(kept + refused).toBe(600);
    expect(await count("delivery")).toBe(before + kept);
    expect(await isAlive()).toBe(true);
  });

  it("of one delivery again and again is one delivery", async () => {
    const before = await count("delivery");
    const guid = "again-and-again";
    await volley(200, 50, () => shoot(target, { body: push, guid }));
    expect(await count("delivery")).toBe(before + 1);
  });

  it("of deliveries that are signed otherwise leaves nothing", async () => {
    const before = await count("delivery");
    const tally = await volley(600, 100, () => shoot(target, { body: push, signature: null }));
    expect(Object.keys(tally).filter((said) => said !== "401" && said !== "503")).toEqual([]);
    expect(await count("delivery")).toBe(before);
  });

  it("of 12 bodies of 25 MB at once is taken or refused, and the server lives", async () => {
    const body = jsonOf(25 * MEGABYTE);
    const signatures = [null, undefined];
    const tally = await volley(12, 12, (index) => {
      const signature = signatures[index % 2];
      return shoot(target, { body, ...(signature === undefined ? {} : { signature }) });
    });
    const expected = new Set(["202", "401", "503", "EPIPE", "ECONNRESET"]);
    expect(Object.keys(tally).filter((said) => !expected.has(said))).toEqual([]);
    expect(await isAlive()).toBe(true);
  }, 60_000);
});

describe("a length", () => {
  const body = jsonOf(4 * MEGABYTE);

  it("that is missing is counted", async () => {
    const headers = { "transfer-encoding": "chunked" };
    expect(await shoot(target, { body, headers })).toBe("202");
  });

  it("that is too small ends the request there, and keeps nothing", async () => {
    const before = await count("delivery");
    const said = await shoot(target, { body, headers: { "content-length": 100 } });
    expect(["400", "401", "ECONNRESET", "EPIPE"]).toContain(said);
    expect(await count("delivery")).toBe(before);
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ["that is too large", { "content-length": 100 }, "{"],
    ["that is huge", { "content-length": "9007199254740991" }, "{"],
    ["of chunks that never come", { "transfer-encoding": "chunked" }, "1\r\n{\r\n"],
  ])("%s is waited for in vain, and not for long", async (_, headers, begin) => {
    const tally = await crawl(hasty, 20, `${rawHead(headers)}${begin}`);
    expect(Object.keys(tally).filter((said) => !["408", "413"].includes(said))).toEqual([]);
  });

  it.each([
    ["that is negative", { "content-length": "-1" }],
    ["that is no number", { "content-length": "0x10" }],
    ["of both kinds", { "content-length": "3", "transfer-encoding": "chunked" }],
    ["in an unknown encoding", { "transfer-encoding": "gzip" }],
    ["with a header of 20 KB", { "x-long": "a".repeat(20_000) }],
  ])("%s is refused", async (_, headers) => {
    const [[said] = []] = Object.entries(await crawl(hasty, 1, `${rawHead(headers)}0\r\n\r\n`));
    expect(["400", "431", "501"]).toContain(said);
  });

  it("of a head that never ends is not waited for either", async () => {
    const tally = await crawl(hasty, 20, "POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    expect(tally).toEqual({ 408: 20 });
  });
});

describe("a signed body", () => {
  it.each(BODIES)("of %s is kept or refused, and is no failure of ours", async (_, body) => {
    expect(["202", "400"]).toContain(await shoot(target, { body }));
    expect(await isAlive()).toBe(true);
    expect(Object.prototype).not.toHaveProperty("hint");
  });

  it("keeps nobody else out who comes at the same moment", async () => {
    const tally = await volley(BODIES.length + 40, 30, (index) =>
      shoot(target, { body: BODIES[index - 1]?.[1] ?? push }),
    );
    expect(Object.keys(tally).filter((said) => said !== "202" && said !== "400")).toEqual([]);
    expect(Number(tally["202"])).toBeGreaterThanOrEqual(40);
  });
});

interface Examples {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

const require = createRequire(import.meta.url);
const examples = require("@octokit/webhooks-examples") as readonly Examples[];

/** What may change what a line releases; everything else is read and no more. */
const HINTING = new Set([
  "push",
  "pull_request",
  "pull_request_review",
  "check_run",
  "check_suite",
  "status",
  "release",
  // A queue may wait for our checks on a group.
  "merge_group",
  // Where it may speak against a release, see below.
  "issues",
]);

describe("GitHub's published examples of webhooks", () => {
  const all = examples.flatMap(({ name, examples: bodies }) =>
    bodies.map((payload, index) => ({ name, index, payload })),
  );

  it("are of every event that we ask for, and of many more", () => {
    expect(examples.length).toBeGreaterThan(50);
    expect(all.length).toBeGreaterThan(300);
    expect([...HINTING].filter((name) => !all.some((each) => each.name === name))).toEqual([]);
  });

  it("are understood, and hint only where a line may change", () => {
    const context = { appId: 7, guid: "example", receivedAt: 0 };
    const read = all.map(({ name, index, payload }) => ({
      label: `${name} ${index}`,
      name,
      payload,
      ...interpretDelivery(name, payload, context),
    }));
    const notes = read.filter(({ note }) => note !== null).map(({ label, note }) => [label, note]);
    expect(notes).toEqual([]);
    const hints = read.filter(({ hint }) => hint);
    expect(hints.length).toBeGreaterThan(10);
    const wrong = hints.filter(
      ({ name, repository }) =>
        (!HINTING.has(name) && name !== "repository") || repository === null,
    );
    expect(wrong.map(({ label }) => label)).toEqual([]);
    const issues = hints.filter(({ name }) => name === "issues");
    const plain = issues.filter(
      ({ payload }) => !/"name":"(?:bug|regression)"/.test(JSON.stringify(payload)),
    );
    expect(plain.map(({ label }) => label)).toEqual([]);
    // A merge is closed and merged, and an open pull says what it would release; nothing else
    // about a pull is a hint.
    const pulls = hints.filter(({ name }) => name === "pull_request");
    const other = pulls.filter(
      ({ payload, pull }) =>
        (payload["pull_request"] as { merged?: boolean }).merged !== true && pull?.isOpen !== true,
    );
    expect(other.map(({ label }) => label)).toEqual([]);
  });

  it("are answered with 202, each", async () => {
    const before = await count("delivery");
    const tally = await volley(all.length, 20, (index) => {
      const { name, payload } = all[index - 1] ?? { name: "ping", payload: {} };
      return shoot(target, { body: JSON.stringify(payload), event: name });
    });
    expect([tally, failures]).toEqual([{ 202: all.length }, []]);
    expect(await count("delivery")).toBe(before + all.length);
  });
});
