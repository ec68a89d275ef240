import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { startRegistration } from "../../src/cli/setup/registration.ts";
import { createOrganization, createUser } from "../../src/local-github/seed.ts";
import { readSettings } from "../../src/settings.ts";
import { submit, visit, type Visited } from "../support/browser.ts";
import { runCommand, startCommand, type Running } from "../support/command.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const github = useLocalGitHub();
const running: Running[] = [];
let folder = "";
let out = "";

beforeAll(() => {
  createUser(github.github, "ada");
  createUser(github.github, "mona");
  createOrganization(github.github, "acme", { admins: ["ada"], members: ["mona"] });
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "smallbatch-setup-"));
  out = path.join(folder, "smallbatch.env");
});

afterEach(async () => {
  await github.faults.clear();
  for (const each of running.splice(0)) await each.stop("SIGKILL");
  await rm(folder, { recursive: true });
});

function register(...args: string[]): Running {
  const started = startCommand(
    ["setup", "--webhook-url", "https://bots.example.com", "--out", out, "--json", ...args],
    { GITHUB_SERVER_URL: github.url },
  );
  running.push(started);
  return started;
}

async function open(started: Running): Promise<Visited> {
  const { open: url } = JSON.parse(await started.line(/"open"/)) as { open: string };
  return visit(url);
}

/** The browser's way from our page to GitHub's question. */
async function askedBy(started: Running): Promise<Visited> {
  return submit(await open(started));
}

/** What a shell makes of the file. */
function sourced(file: string): Record<string, string> {
  const script = 'set -a; . "$1"; env -0';
  const text = execFileSync("/bin/sh", ["-c", script, "sh", file], { env: {}, encoding: "utf8" });
  return Object.fromEntries(
    text
      .split("\0")
      .filter((row) => row.includes("="))
      .map((row): [string, string] => [
        row.slice(0, row.indexOf("=")),
        row.slice(row.indexOf("=") + 1),
      ]),
  );
}

describe("smallbatch setup", () => {
  it("registers an App as app.yml describes it, and writes what `serve` reads", async () => {
    const started = register("--org", "acme");
    const asked = await askedBy(started);
    expect(asked.text).toContain("smallbatch-acme");
    const done = await submit(asked);
    expect(done.text).toContain("smallbatch-acme is registered");
    const { code, stdout, stderr } = await started.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });

    const app = github.github.data.apps.find(({ slug }) => slug === "smallbatch-acme");
    const packaged = parse(await readFile("app.yml", "utf8")) as Record<string, unknown>;
    expect(app).toMatchObject({
      ownerId: github.github.accountByLogin("acme")?.id,
      permissions: packaged["default_permissions"],
      events: packaged["default_events"],
      webhookUrl: "https://bots.example.com/api/github/webhooks",
    });
    const said = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    expect(said).toEqual({
      appId: app?.id,
      name: "smallbatch-acme",
      url: `${github.url}/apps/smallbatch-acme`,
      installUrl: `${github.url}/apps/smallbatch-acme/installations/new`,
      file: out,
      observesOnly: false,
    });

    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const environment = sourced(out);
    const settings = readSettings(environment, "serve");
    expect(settings).toMatchObject({ appId: app?.id, webhookSecrets: [app?.webhookSecret] });
    expect(settings.serverUrl).toBe(github.url);
    expect(settings.privateKey).toContain("BEGIN RSA PRIVATE KEY");
    const byNode = execFileSync(
      process.execPath,
      [`--env-file=${out}`, "-p", "JSON.stringify(process.env)"],
      { env: {}, encoding: "utf8" },
    );
    expect(readSettings(JSON.parse(byNode) as Record<string, string>, "serve")).toEqual(settings);
    expect(settings.login).toEqual({
      clientId: environment["GITHUB_CLIENT_ID"],
      clientSecret: app?.clientSecret,
      ownUrl: "https://bots.example.com",
    });
    expect(app?.callbackUrls).toEqual(["https://bots.example.com/login/callback"]);
    for (const secret of ["PRIVATE_KEY", "WEBHOOK_SECRET", "GITHUB_CLIENT_SECRET"]) {
      expect(stdout + done.text).not.toContain(environment[secret]);
    }
    const installed = await submit(await visit(String(said["installUrl"])), { account: "acme" });
    expect(installed.status).toBe(200);
    expect(github.github.data.installations.some(({ appId }) => appId === app?.id)).toBe(true);
  });

  it("asks for nothing but reading with --observe, and for its check", async () => {
    const started = register("--observe", "--name", "looker");
    await submit(await askedBy(started), { as: "mona" });
    expect((await started.finished).code).toBe(0);
    const app = github.github.data.apps.find(({ slug }) => slug === "looker");
    const writes = Object.entries(app?.permissions ?? {}).filter(([, access]) => access !== "read");
    expect(writes).toEqual([["checks", "write"]]);
    expect(app?.ownerId).toBe(github.github.accountByLogin("mona")?.id);
  });

  it("lets a name that is taken be changed on GitHub", async () => {
    const started = register("--name", "smallbatch-acme");
    const refused = await submit(await askedBy(started));
    expect(refused).toMatchObject({ status: 422, text: /Name is already in use/ });
    await submit(refused, { name: "smallbatch-acme-2" });
    expect((await started.finished).code).toBe(0);
    expect(await readFile(out, "utf8")).toContain("apps/smallbatch-acme-2");
  });
});

describe("its page", () => {
  it("may run nothing, be framed by nobody, and send its form to GitHub only", async () => {
    const page = await open(register());
    const style = /<style>([^]*)<\/style>/.exec(page.text)?.[1] ?? "";
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy.split(";").map((part) => part.trim())).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
      `form-action ${github.url}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(page.text).not.toMatch(/<script|\son\w+=/);
    expect(page.headers.get("cache-control")).toBe("no-store");
  });

  it("is for who knows its address, by the name that was printed", async () => {
    const page = await open(register());
    const { origin, pathname, port } = new URL(page.url);
    expect((await visit(`${origin}/`)).status).toBe(404);
    expect((await visit(`${origin}/${"A".repeat(43)}`)).status).toBe(404);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `rebound.example.com:${port}` };
      get({ host: "127.0.0.1", port, path: pathname, headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on("error", reject);
    });
    expect(status).toBe(421);
  });
});

describe("an answer", () => {
  it("with another state changes nothing, and the right one still counts", async () => {
    const started = register("--name", "patient");
    const asked = await askedBy(started);
    expect(asked.text).toMatch(/setup_url&quot;:&quot;https?:[^&]+\/setup&quot;/);
    const callback = (/redirect_url&quot;:&quot;([^&]+)/.exec(asked.text)?.[1] ?? "").replaceAll(
      "\\/",
      "/",
    );
    for (const state of ["", "?state=x&code=stolen", `?state=${"A".repeat(43)}&code=stolen`]) {
      expect(await visit(`${callback}${state}`)).toMatchObject({
        status: 400,
        text: /belongs to another registration/,
      });
    }
    expect(await readFile(out, "utf8")).toBe("");
    expect((await submit(asked)).text).toContain("patient is registered");
    const { code, stderr } = await started.finished;
    expect(code).toBe(0);
    expect(stderr).toContain("an answer with another state came, and was not taken");
    expect(stderr).not.toContain("stolen");
  });

  it("of somebody who declined ends it, and leaves no file", async () => {
    const started = register();
    const page = await open(started);
    const state = /\?state=([\w-]+)/.exec(page.text)?.[1] ?? "";
    const { origin } = new URL(page.url);
    await visit(`${origin}/callback?state=${state}&error=access_denied`);
    const { code, stderr } = await started.finished;
    expect(code).toBe(1);
    expect(stderr).toContain('GitHub answered with "access_denied"');
    expect(await readdir(folder)).toEqual([]);
  });

  it("with a code that GitHub does not know says so, without the code", async () => {
    const started = register();
    const page = await open(started);
    const state = /\?state=([\w-]+)/.exec(page.text)?.[1] ?? "";
    const code = "0".repeat(40);
    const failed = await visit(`${new URL(page.url).origin}/callback?state=${state}&code=${code}`);
    expect(failed).toMatchObject({ status: 502, text: /It did not work/ });
    const { code: exit, stderr } = await started.finished;
    expect(exit).toBe(1);
    expect(stderr).toContain("GitHub does not know the code: it works once, within an hour");
    expect(stderr).not.toContain(code);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is exchanged again where GitHub failed, and explained where its answer was lost", async () => {
    const match = { method: "POST", path: /^\/app-manifests\// };
    github.faults.failRequest({ match, when: "before", how: "502" });
    const patient = register("--name", "unlucky");
    await submit(await askedBy(patient));
    expect((await patient.finished).code).toBe(0);

    await rm(out);
    github.faults.failRequest({ match, when: "after", how: "reset" });
    const lost = register("--name", "lost");
    await submit(await askedBy(lost));
    const { code, stderr } = await lost.finished;
    expect(code).toBe(1);
    expect(stderr).toContain("its answer was lost on the way; delete the App in its settings");
  });
});

function never(): never {
  throw new Error("Nobody came.");
}

describe("a registration", () => {
  it("ends when nobody comes within its time", async () => {
    const registration = await startRegistration({
      serverUrl: github.url,
      organization: null,
      port: 0,
      manifest: never,
      onCode: never,
      onStranger: never,
      waitMsMax: 1,
    });
    await expect(registration.done).rejects.toThrow("nobody registered the App within an hour");
    await registration.close();
  });
});

describe("its file", () => {
  it("is never written over another one, unless told so", async () => {
    await writeFile(out, "APP_ID=1\n");
    const refused = await register().finished;
    expect(refused).toMatchObject({ code: 2, stderr: /stands already: choose another name/ });
    expect(await readFile(out, "utf8")).toBe("APP_ID=1\n");

    const forced = register("--force", "--name", "second");
    const asked = await askedBy(forced);
    expect(await readFile(out, "utf8")).toBe("APP_ID=1\n");
    await submit(asked);
    expect((await forced.finished).code).toBe(0);
    expect(await readFile(out, "utf8")).toMatch(/^WEBHOOK_SECRET=\w+$/m);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["smallbatch.env"]);
  });

  it("is warned of in a git work tree that would commit it", async () => {
    execFileSync("git", ["init", "--quiet", folder]);
    const exposed = register();
    await open(exposed);
    expect((await exposed.stop()).stderr).toContain(`git does not ignore ${out}`);
    await writeFile(path.join(folder, ".gitignore"), "*.env\n");
    const ignored = register();
    await open(ignored);
    expect((await ignored.stop()).stderr).toBe("");
    expect(await readdir(folder)).not.toContain("smallbatch.env");
  });
});

describe("a wrong call of setup", () => {
  it.each([
    [[], "required option '--webhook-url <url>'"],
    [["--webhook-url", "ftp://x"], "It should look like https://bots.example.com."],
    [["--webhook-url", "https://u:p@x.example"], "It should look like"],
    [["--webhook-url", "x.example", "--org", "../x"], "the login of an organisation"],
    [["--webhook-url", "x.example", "--name", "x".repeat(35)], "1 to 34 characters"],
    [["--webhook-url", "x.example", "--out", "/nowhere/x.env"], "make the folder first"],
  ] as const)("%j is explained", async (args, text) => {
    const wrong = await runCommand(["setup", ...args]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain(text);
    expect(wrong.stderr).not.toMatch(/^\s+at /m);
  });
});
