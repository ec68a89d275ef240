import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import {
  createUser,
  createRepository,
  commitFiles,
  userToken,
} from "../../src/local-github/seed.ts";
import type { Exchange } from "../../src/local-github/server.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { checkExchange } from "./check-exchange.ts";
import { checkGraphql } from "./check-graphql.ts";
import { checkWebhook } from "./check-webhook.ts";
import { atPointer, readDescription, Validator, type Schema } from "./description.ts";
import { EXCEPTIONS } from "./exceptions.ts";

const exchanges: Exchange[] = [];
const local = useLocalGitHub({ onExchange: (each) => void exchanges.push(each) });

/** One request of Smallbatch, as the local GitHub answered it. */
async function exchange(method: string, path: string, body?: unknown): Promise<Exchange> {
  const { github } = local;
  if (github.accountByLogin("alice") === null) {
    createUser(github, "alice");
    const repository = await createRepository(github, "alice", "widgets");
    const files = { "README.md": "# Widgets\n" };
    await commitFiles(github, repository, { branch: "main", message: "Start", files });
  }
  const response = await fetch(`${local.apiUrl}${path}`, {
    method,
    headers: { authorization: `token ${userToken(github, "alice")}`, "user-agent": "smallbatch" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  const made = exchanges.at(-1);
  if (!made) throw new Error("The exchange was not seen");
  return made;
}

function readList(name: string): string[] {
  const list = JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8")) as string[];
  return list.toSorted();
}

function corrupt(made: Exchange, change: (body: Record<string, unknown>) => void): Exchange {
  const body = JSON.parse(made.responseBody) as Record<string, unknown>;
  change(body);
  return { ...made, responseBody: JSON.stringify(body) };
}

describe("an Enterprise Server", () => {
  it("is held to its own description", async () => {
    const made = await exchange("GET", "/repos/alice/widgets");
    const { "x-ratelimit-remaining": _, ...rest } = made.responseHeaders;
    const headers = { ...rest, "x-github-enterprise-version": "3.17.0" };
    const onGhes = { ...made, responseHeaders: headers };
    expect(checkExchange(onGhes)).toEqual([]);
    const path = "/repos/alice/widgets/immutable-releases";
    const asked = { ...made, path, status: 404, responseBody: '{"message":"Not Found"}' };
    expect(checkExchange(asked)).toEqual([]);
    expect(checkExchange({ ...asked, responseHeaders: headers })).toEqual([
      `GET ${path}: request: no operation of test/conformance/operations.json`,
    ]);
  });
});

describe("the data", () => {
  it.each(["openapi", "openapi-ghes", "openapi-webhooks"] as const)(
    "%s names source, version, licence",
    (name) => {
      const { header } = readDescription(name);
      expect(header).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        licence: "MIT",
      });
      expect(header["source"]).toMatch(/^npm:@octokit\/openapi/);
    },
  );

  it("holds exactly the listed operations and webhooks", () => {
    const { operations } = readDescription("openapi");
    const { webhooks } = readDescription("openapi-webhooks");
    expect(Object.keys(operations)).toEqual(readList("operations.json"));
    expect(Object.keys(webhooks)).toEqual(readList("webhooks.json"));
  });
});

describe("checkExchange", () => {
  it("passes what the local GitHub answers", async () => {
    expect(checkExchange(await exchange("GET", "/repos/alice/widgets"))).toEqual([]);
  });

  it.each<[string, (body: Record<string, unknown>) => void]>([
    ["has another type", (body) => (body["full_name"] = 7)],
    ["is missing", (body) => delete body["default_branch"]],
    ["is null", (body) => (body["owner"] = null)],
    ["is no URL", (body) => (body["html_url"] = "widgets")],
    ["is no time", (body) => (body["created_at"] = "yesterday")],
  ])("catches a field of an answer that %s", async (_, change) => {
    const made = await exchange("GET", "/repos/alice/widgets");
    expect(checkExchange(corrupt(made, change))).not.toEqual([]);
  });

  it("catches a status that is not described and an error without a message", async () => {
    const made = await exchange("GET", "/repos/alice/widgets");
    expect(checkExchange({ ...made, status: 418 })).toHaveLength(1);
    expect(checkExchange({ ...made, status: 404, responseBody: "{}" })).not.toEqual([]);
  });

  it.each<[string, string, string, unknown]>([
    ["an unknown operation", "GET", "/repos/alice/widgets/nothing", undefined],
    ["an unknown query parameter", "GET", "/repos/alice/widgets/pulls?perpage=9", undefined],
    ["a wrong value in the query", "GET", "/repos/alice/widgets/pulls?state=merged", undefined],
    ["a path parameter of the wrong type", "GET", "/repos/alice/widgets/pulls/newest", undefined],
    ["a missing field", "POST", "/repos/alice/widgets/git/refs", { ref: "refs/heads/x" }],
    ["an unknown field", "POST", "/repos/alice/widgets/issues", { title: "x", labelz: [] }],
    [
      "a wrong type",
      "POST",
      "/repos/alice/widgets/releases",
      { tag_name: "v1.0.0", make_latest: true },
    ],
  ])("catches %s in a request of ours", async (_, method, path, body) => {
    const made = await exchange(method, path, body);
    const violations = checkExchange(made).filter((each) => /request|query|path/.test(each));
    expect(violations).not.toEqual([]);
    const byOther = { ...made, requestHeaders: { "user-agent": "curl" } };
    expect(checkExchange(byOther).filter((each) => /: (?:request|query|path):/.test(each))).toEqual(
      [],
    );
    expect(await local.takeViolations()).toEqual(expect.arrayContaining(violations));
  });
});

describe("checkWebhook", () => {
  const ping = { zen: "Keep it logically awesome.", hook_id: 1, hook: null };

  it("catches a missing field and an unknown event", () => {
    expect(checkWebhook("ping", ping)).not.toEqual([]);
    expect(checkWebhook("rumour", {})).toHaveLength(1);
  });
});

describe("checkGraphql", () => {
  it.each([
    ["{ viewer { login } }", []],
    ["{ viewer { zodiac } }", ['Cannot query field "zodiac" on type "User".']],
    ["{ viewer", ["Syntax Error: Expected Name, found <EOF>."]],
  ])("judges %s", (document, errors) => {
    expect(checkGraphql(document)).toEqual(errors);
  });

  it("takes one name for fields of different types in sibling fragments, as GitHub does", () => {
    const document = `query ($id: ID!) { node(id: $id) {
      ... on Issue { state } ... on PullRequest { state }
    } }`;
    expect(checkGraphql(document)).toEqual([]);
  });
});

describe("the exceptions", () => {
  it("all stand in the description as they say", () => {
    const stale = EXCEPTIONS.filter(({ description, pointer, published }) => {
      const found = atPointer(readDescription(description), pointer);
      return JSON.stringify(found) !== JSON.stringify(published);
    });
    expect(stale.map(({ pointer }) => pointer)).toEqual([]);
  });

  it("are all needed for what GitHub answers, and enough", () => {
    for (const { description, evidence } of EXCEPTIONS) {
      const check = (exceptions: typeof EXCEPTIONS) => {
        const validator = new Validator(description, exceptions);
        const schema = evidence.schema.startsWith("/")
          ? (atPointer(validator.description, evidence.schema) as Schema)
          : { $ref: `#/components/schemas/${evidence.schema}` };
        return validator.checkBody("evidence", schema, evidence.value);
      };
      expect(check([])).not.toEqual([]);
      expect(check(EXCEPTIONS)).toEqual([]);
    }
  });
});

it("is on in every test: nothing but the fixture starts a local GitHub", () => {
  const folder = join(import.meta.dirname, "..");
  const starters = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => /\bstartLocalGitHub\(/.test(readFileSync(join(folder, name), "utf8")));
  // Commands, whose stories are tests with the layer on.
  const commands = ["shuffle/main.ts", "sweep/main.ts"];
  expect(starters.toSorted()).toEqual([...commands, "support/local-github.ts"].toSorted());
});
