import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { findRelease, setStatus, until } from "../../src/local-github/person.ts";
import { makeCertificates, type Certificates } from "../support/certificates.ts";
import { startProxy, startTlsFront, type Proxy, type TlsFront } from "../support/closed-network.ts";
import { runCommand, startCommand, type Finished } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { installApp, merge, type Installed } from "../support/installed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { writeRepository } from "../support/local-repository.ts";
import { startMessagesApi } from "../support/messages-api.ts";

/** Only the proxy knows where that is. */
const HOST = "github.test";
/** Also this machine, but not by a name that is always reached directly. */
const NEAR = "0.0.0.0";
const PASSWORD = "s3cr@t/w0rd";
const SECRETS = [
  PASSWORD,
  encodeURIComponent(PASSWORD),
  Buffer.from(`robot:${PASSWORD}`).toString("base64"),
];

const github = useLocalGitHub();
const database = useDatabase();
let folder = "";
let authority = "";
let certificates: Certificates;
let front: TlsFront;
let near: TlsFront;
let proxy: Proxy;
let acme: Installed;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "smallbatch-network-"));
  certificates = makeCertificates([HOST, NEAR]);
  authority = path.join(folder, "authority.pem");
  await writeFile(authority, certificates.authority);
  front = await startTlsFront(github.url, certificates);
  near = await startTlsFront(github.url, certificates);
  proxy = await startProxy(`robot:${PASSWORD}`);
  acme = await installApp(github, "acme");
  await acme.create("widgets");
});

beforeEach(() => {
  proxy.refusal = null;
  proxy.seen.length = 0;
  front.clientPorts.length = 0;
  near.clientPorts.length = 0;
});

afterAll(async () => {
  await Promise.all([front.close(), near.close(), proxy.close()]);
  await rm(folder, { recursive: true });
});

function proxyAddress(credentials: string | null = `robot:${encodeURIComponent(PASSWORD)}`) {
  return `http://${credentials === null ? "" : `${credentials}@`}127.0.0.1:${proxy.port}`;
}

function addresses(origin: string): Record<string, string> {
  return {
    GITHUB_SERVER_URL: origin,
    GITHUB_API_URL: origin,
    GITHUB_GRAPHQL_URL: `${origin}/graphql`,
  };
}

/** Settings of a command with a token, in a network where only the proxy leads out. */
function closed(changes: Record<string, string> = {}): Record<string, string> {
  return {
    ...addresses(`https://${HOST}:${front.port}`),
    GITHUB_TOKEN: acme.mona.token,
    HTTPS_PROXY: proxyAddress(),
    NODE_EXTRA_CA_CERTS: authority,
    ...changes,
  };
}

async function mergeGreen(title: string): Promise<void> {
  const place = acme.place("widgets");
  const { sha } = await merge(place, acme.mona, { title });
  await setStatus(place, acme.mona, sha, "success");
}

function released(tag: string): Promise<unknown> {
  return until(tag, () => findRelease(acme.place("widgets"), acme.mona, tag));
}

function expectDiscreet({ stdout, stderr }: Finished): void {
  for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
}

function expectAllProxied(): void {
  expect(front.clientPorts.length).toBeGreaterThan(0);
  expect(front.clientPorts.filter((port) => !proxy.ports.has(port))).toEqual([]);
  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${HOST}:${front.port}`]));
}

describe("through a proxy that asks for a password, to a GitHub with a private certificate", () => {
  it("the App mints its tokens, looks and releases", async () => {
    await mergeGreen("fix: out of a closed network");
    const { GITHUB_TOKEN: _, ...network } = closed();
    const serve = startCommand(["serve"], {
      ...network,
      ...acme.environment,
      SMALLBATCH_WEBHOOKS: "off",
      DATABASE_URL: database.url,
      PORT: "0",
      LOG_LEVEL: "debug",
    });
    await released("v1.0.1");
    const stopped = await serve.stop();
    expect(stopped).toMatchObject({ code: 0, stderr: "" });
    expectDiscreet(stopped);
    expectAllProxied();
  });

  it("run, why and card do their work", async () => {
    await mergeGreen("fix: by hand");
    const runs = [
      ["run", "acme/widgets", "--once"],
      ["why", "acme/widgets"],
      ["card", "acme/widgets", "v1.0.2"],
    ];
    for (const args of runs) {
      front.clientPorts.length = 0;
      const finished = await runCommand(args, closed());
      expect(finished).toMatchObject({ code: 0, stderr: "" });
      expectDiscreet(finished);
      expectAllProxied();
    }
    await released("v1.0.2");
  });

  it.each([
    ["in lower case", () => ({ https_proxy: proxyAddress(), HTTPS_PROXY: "" })],
    [
      "for plain HTTP",
      () => ({
        ...addresses(`http://${HOST}:${new URL(github.url).port}`),
        HTTPS_PROXY: "",
        HTTP_PROXY: proxyAddress(),
      }),
    ],
  ])("the setting counts %s", async (_, changes) => {
    const finished = await runCommand(["why", "acme/widgets"], closed(changes()));
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    expect(proxy.seen.length).toBeGreaterThan(0);
  });
});

describe("Claude", () => {
  it("is asked through the same proxy, and its own certificate is believed", async () => {
    const claude = await startMessagesApi();
    const tls = await startTlsFront(claude.url, certificates);
    const repository = path.join(folder, "local.git");
    await writeRepository(repository, [{ message: "begin" }, { message: "fix: keep empty lines" }]);
    const { code, stdout, stderr } = await runCommand(
      ["notes", "--repo", repository, "--from", "main~1", "--to", "main"],
      closed({
        ANTHROPIC_API_KEY: claude.apiKey,
        SMALLBATCH_CLAUDE_URL: `https://${HOST}:${tls.port}`,
      }),
    );
    await Promise.all([tls.close(), claude.close()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/- Keep empty lines \(.*\n\nDrafted by Claude/s);
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${HOST}:${tls.port}`]));
    expect(tls.clientPorts.filter((port) => !proxy.ports.has(port))).toEqual([]);
  });
});

describe("NO_PROXY", () => {
  it.each([
    ["leaves the proxy out for a host that it names", NEAR, 0],
    ["does not for another one", "github.example.com", 1],
  ])("%s", async (_, noProxy, expected) => {
    const origin = addresses(`https://${NEAR}:${near.port}`);
    const env = closed({ ...origin, NO_PROXY: noProxy });
    proxy.refusal = "503 Not this way";
    const { code } = await runCommand(["why", "acme/widgets"], env);
    expect({ code, connections: proxy.seen.length }).toEqual({
      code: expected,
      connections: expected,
    });
    expect(near.clientPorts.length > 0).toBe(expected === 0);
  });

  it("is not needed for this machine itself", async () => {
    const env = { ...closed(addresses(github.url)), HTTP_PROXY: proxyAddress() };
    expect(await runCommand(["why", "acme/widgets"], env)).toMatchObject({ code: 0, stderr: "" });
    expect(proxy.seen).toEqual([]);
  });
});

describe("what goes wrong is said", () => {
  it.each([
    [
      "a certificate that nobody vouches for",
      () => ({ NODE_EXTRA_CA_CERTS: "" }),
      null,
      [`GET /repos/acme/widgets: the certificate is not trusted`, "set NODE_EXTRA_CA_CERTS"],
    ],
    [
      "a proxy that knows another password",
      () => ({ HTTPS_PROXY: proxyAddress("robot:wrong-one") }),
      null,
      ["the proxy answered 407: it wants a user and a password", "check HTTPS_PROXY"],
    ],
    ["a proxy that refuses", () => ({}), "502 Bad Gateway", ["the proxy answered 502: it refused"]],
    [
      "a proxy that is not there",
      () => ({ HTTPS_PROXY: "http://robot:wrong-one@127.0.0.1:1" }),
      null,
      ["no answer (connect ECONNREFUSED 127.0.0.1:1)"],
    ],
    [
      "no proxy's address",
      () => ({ HTTPS_PROXY: "robot:wrong-one@proxy" }),
      null,
      ["HTTPS_PROXY: it is no proxy's address; it should look like http://proxy"],
    ],
    [
      "a file that is not there",
      () => ({ NODE_EXTRA_CA_CERTS: "/nowhere/ca.pem" }),
      null,
      ["NODE_EXTRA_CA_CERTS: the file /nowhere/ca.pem cannot be read"],
    ],
  ])("%s", async (_, changes, refusal, words) => {
    proxy.refusal = refusal;
    const finished = await runCommand(["why", "acme/widgets"], closed(changes()));
    expect(finished.code).not.toBe(0);
    for (const part of words) expect(finished.stderr).toContain(part);
    expect(finished.stderr).not.toContain("wrong-one");
    expectDiscreet(finished);
  });
});
