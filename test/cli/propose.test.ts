import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openExample, type Example } from "../../src/local-github/example.ts";
import { mergePull } from "../../src/local-github/person.ts";
import { runCommand } from "../support/command.ts";
import { judgeRequest, keepRequests } from "../support/requests.ts";

let example: Example;
let env: Record<string, string>;
const requested = new Set<string>();
const violations: string[] = [];

beforeAll(async () => {
  example = await openExample({
    port: 0,
    stateDir: null,
    repositoryPath: null,
    webhookUrl: null,
    isStarted: false,
    onExchange: (exchange) => {
      const judged = judgeRequest(exchange);
      if (judged.name !== null) requested.add(judged.name);
      violations.push(...judged.violations);
    },
  });
  const { address } = example;
  env = {
    GITHUB_SERVER_URL: address.url,
    GITHUB_API_URL: address.apiUrl,
    GITHUB_GRAPHQL_URL: address.graphqlUrl,
    APP_ID: String(address.appId),
    PRIVATE_KEY_PATH: address.privateKeyPath,
  };
});

afterAll(async () => {
  keepRequests(requested);
  await example.close();
});

function propose(...options: string[]) {
  return runCommand(["propose", example.address.repository, ...options], env);
}

async function close(number: number): Promise<void> {
  const { apiUrl, owner, name } = example.place;
  await fetch(`${apiUrl}/repos/${owner}/${name}/pulls/${number}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${example.address.users.maintain.token}` },
    body: JSON.stringify({ state: "closed" }),
  });
}

function pulls(): readonly string[] {
  const { data } = example.local.github;
  return data.issues
    .filter(({ authorAppId }) => authorAppId === example.address.appId)
    .map(({ number, state, title }) => `#${number} ${state} ${title}`);
}

describe("smallbatch propose", () => {
  it("shows what it would write, writes it, takes a no, and asks again", async () => {
    const dry = await propose("--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: "" });
    expect(dry.stdout).toMatch(/^version: 1$/m);
    expect(dry.stdout).toContain("**Merging this starts Smallbatch** on `main`");
    expect(pulls()).toEqual([]);

    const made = await propose();
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const number = Number(/^acme\/widgets: proposed: \S+\/pull\/(\d+)$/m.exec(made.stdout)?.[1]);
    const open = `#${number} open chore: start releasing with Smallbatch`;
    expect(pulls()).toEqual([open]);
    const same = await propose("--json");
    expect(JSON.parse(same.stdout)).toMatchObject({ state: "proposed", outcome: null });

    await close(number);
    const declined = await propose();
    expect(declined.code).toBe(1);
    expect(declined.stdout).toContain(`they said no: ${example.address.url}`);
    expect(pulls()).not.toEqual([open]);
    const again = await propose("--again");
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(pulls()).toEqual([open]);

    await mergePull(example.place, example.address.users.maintain, number);
    const started = await propose();
    expect(started).toMatchObject({ code: 0, stdout: "acme/widgets: started already\n" });
    expect(violations).toEqual([]);
  });

  it("says where the App is not, and what it needs", async () => {
    const elsewhere = await runCommand(["propose", "acme/gadgets"], env);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stderr).toContain("The App is not installed on acme/gadgets");
    const without = await runCommand(["propose", "acme/widgets"], { ...env, APP_ID: "" });
    expect(without.code).toBe(2);
    expect(without.stderr).toContain("APP_ID: it is missing");
  });
});
