import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import githubAppJwt from "universal-github-app-jwt";
import { releaseCardSchema } from "../../src/core/card.ts";
import type { ExampleAddress } from "../../src/local-github/example.ts";
import {
  findCheck,
  findRelease,
  latestRelease,
  mergePull,
  openPull,
  setStatus,
  until,
  type Place,
} from "../../src/local-github/person.ts";
import { runCommand, startCommand, type Running } from "../support/command.ts";

let github: Running;
let address: ExampleAddress;
let place: Place;
let env: Record<string, string>;

beforeAll(async () => {
  github = startCommand(["local-github", "--port", "0"]);
  address = JSON.parse(await github.line(/^\{/)) as ExampleAddress;
  const [owner = "", name = ""] = address.repository.split("/");
  place = { apiUrl: address.apiUrl, owner, name };
  env = {
    GITHUB_SERVER_URL: address.url,
    GITHUB_API_URL: address.apiUrl,
    GITHUB_GRAPHQL_URL: address.graphqlUrl,
    GITHUB_TOKEN: address.users.admin.token,
  };
});

afterAll(async () => {
  await github.stop();
});

async function merge(title: string, file: string): Promise<{ number: number; sha: string }> {
  const number = await openPull(place, address.users.write, {
    branch: file.replaceAll("/", "-"),
    path: file,
    text: `// ${title}\n`,
    title,
  });
  const sha = await mergePull(place, address.users.maintain, number);
  await setStatus(place, address.users.maintain, sha, "success");
  return { number, sha };
}

describe("smallbatch local-github", () => {
  it("prints what a client needs, on a repository at its newest release", async () => {
    expect(Object.keys(address.users)).toEqual([
      "admin",
      "maintain",
      "write",
      "triage",
      "read",
      "outsider",
    ]);
    const release = await latestRelease(place, address.users.read);
    expect(release?.tag_name).toBe("v1.4.2");
    expect(Date.now() - Date.parse(release?.published_at ?? "")).toBeGreaterThan(86_400_000);
  });
});

describe("smallbatch why", () => {
  it("says in a few lines, or as JSON, what would happen next", async () => {
    const text = await runCommand(["why", address.repository], env);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toContain("acme/widgets, main");
    expect(text.stdout).toContain("v1.4.2");
    const json = await runCommand(["why", address.repository, "--json"], env);
    expect(JSON.parse(json.stdout)).toMatchObject({ state: "idle", base: "v1.4.2", actions: [] });
  });
});

describe("smallbatch policy check --github", () => {
  it("says what a policy would make of what is merged there", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "smallbatch-test-"));
    const file = path.join(folder, "own.yml");
    await writeFile(file, "version: 1\nauto: none\nchannels: [next]\n");
    const asked = ["policy", "check", file, "--github", address.repository];
    const { stdout, code } = await runCommand([...asked, "--json"], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      compared: {
        with: "the policy of main on GitHub",
        isKnownByGit: false,
        changes: [{ key: "auto", before: "minor", after: "none" }, { key: "channels" }],
        lines: [{ line: "next", before: null, after: "there is no branch next" }],
        unseen: 0,
      },
    });
    const text = await runCommand(asked, env);
    expect(text.stdout).toContain("on acme/widgets, main:");
    expect(text.stdout).not.toContain("As far as git knows");
    await rm(folder, { recursive: true });
  });
});

describe("smallbatch run --once", () => {
  it("shows the notes with --dry-run, releases without it, and then finds nothing to do", async () => {
    const { number, sha } = await merge("fix: released by a schedule", "src/schedule.js");
    const run = ["run", address.repository, "--once"];
    const dry = await runCommand([...run, "--dry-run"], env);
    expect(dry.stdout).toContain(`released by a schedule (#${number})`);
    expect(await findRelease(place, address.users.read, "v1.4.3")).toBeNull();

    const real = await runCommand([...run, "--json"], env);
    expect(real).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(real.stdout)).toMatchObject({ version: "1.4.3", state: "releasing" });
    const release = await findRelease(place, address.users.read, "v1.4.3");
    expect(release?.body).toContain(`(#${number})`);
    // A person's token may not write checks: reported, and no failure.
    expect(await findCheck(place, address.users.read, sha)).toBeNull();

    const again = await runCommand([...run, "--json"], env);
    expect(JSON.parse(again.stdout)).toMatchObject({ base: "v1.4.3" });
    expect(again.code).toBe(0);
  });
});

describe("smallbatch card", () => {
  it("shows the record of a release, and as JSON the record itself", async () => {
    const text = await runCommand(["card", address.repository, "v1.4.3"], env);
    expect(text.stdout).toContain("acme/widgets v1.4.3 (patch)");
    expect(text.stdout).toContain("ci/test green");
    expect(text.stdout).toContain("  notes      made of titles: no key for Claude is set\n");
    const json = await runCommand(["card", address.repository, "v1.4.3", "--json"], env);
    const card = releaseCardSchema.parse(JSON.parse(json.stdout));
    expect(card.units).toHaveLength(1);
    expect(card).toMatchObject({ tag: "v1.4.3", previousTag: "v1.4.2", rollbackTarget: "v1.4.2" });
  });

  it("says what is missing where there is none", async () => {
    const missing = await runCommand(["card", address.repository, "v9.9.9"], env);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("has no release card for v9.9.9");
    expect(missing.stderr).toContain("check the tag's name");
  });
});

describe("smallbatch serve", () => {
  it("releases a merged pull by itself, and ends with 0 on SIGTERM", async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), "smallbatch-test-"));
    const app = startCommand(["serve"], {
      ...env,
      APP_ID: String(address.appId),
      PRIVATE_KEY_PATH: address.privateKeyPath,
      WEBHOOK_SECRET: address.webhookSecret,
      PORT: "0",
      SMALLBATCH_DATA_DIR: dataDir,
    });
    const ready = JSON.parse(await app.line(/Smallbatch listens/)) as { url: string };
    await pointWebhooks(`${ready.url}/api/github/webhooks`);
    const { sha } = await merge("fix: released by the App", "src/app.js");
    const release = await until("v1.4.4", () => findRelease(place, address.users.read, "v1.4.4"));
    expect(release.body).toContain("released by the App");
    const check = await until("our check", () => findCheck(place, address.users.read, sha));
    expect(check.output.title).toBe("released in v1.4.4");
    const { code } = await app.stop();
    expect(code).toBe(0);
    await rm(dataDir, { recursive: true, force: true });
  });
});

/** As the App's owner does on its settings page. */
async function pointWebhooks(url: string): Promise<void> {
  const privateKey = await readFile(address.privateKeyPath, "utf8");
  const { token } = await githubAppJwt({ id: address.appId, privateKey });
  const answer = await fetch(`${address.apiUrl}/app/hook/config`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ url }),
  });
  expect(answer.status).toBe(200);
}

describe("a wrong call", () => {
  it.each([
    [["why", "widgets"], nowhere(), 2, "it should look like acme/widgets"],
    [["run", "acme/widgets"], nowhere(), 2, "--once"],
    [["nonsense"], nowhere(), 2, "unknown command"],
    [["serve"], {}, 2, "APP_ID"],
    [["local-github", "--port", "x"], {}, 2, "whole number"],
  ] as const)("%j is explained without a stack trace", async (args, settings, code, text) => {
    const wrong = await runCommand([...args], settings);
    expect(wrong.code).toBe(code);
    expect(wrong.stderr).toContain(text);
    expect(wrong.stderr).not.toMatch(/^\s+at /m);
  });
});

function nowhere(): Record<string, string> {
  return { GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_TOKEN: "none" };
}
