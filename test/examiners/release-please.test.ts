import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createTag,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { run } from "../support/run.ts";
import { Rest } from "./rest.ts";

const TIMEOUT_MS = 120_000;

const local = useLocalGitHub();

interface Pull {
  number: number;
  title: string;
  head: { ref: string };
  labels: { name: string }[];
}

async function seed(): Promise<{ rest: Rest; token: string }> {
  const { github } = local;
  createUser(github, "alice");
  createOrganization(github, "acme", { admins: ["alice"] });
  const repository = await createRepository(github, "acme", "widgets");
  const settings = { packages: { ".": { "release-type": "node", "include-v-in-tag": true } } };
  const files = {
    "package.json": `${JSON.stringify({ name: "widgets", version: "1.0.0" }, null, 2)}\n`,
    "release-please-config.json": JSON.stringify({
      ...settings,
      "include-component-in-tag": false,
    }),
    ".release-please-manifest.json": JSON.stringify({ ".": "1.0.0" }),
  };
  await commitFiles(github, repository, { branch: "main", message: "chore: start", files });
  await createTag(github, repository, { name: "v1.0.0", target: "main" });
  const token = userToken(github, "alice");
  const rest = new Rest(local, token, "acme/widgets");
  await rest.send("POST", "/releases", { tag_name: "v1.0.0", name: "v1.0.0", body: "First." });
  return { rest, token };
}

it(
  "lets release-please open its release pull, and tag and publish it when that is merged",
  async () => {
    const { rest, token } = await seed();
    const runTool = () =>
      run(
        process.execPath,
        [
          fileURLToPath(new URL("run-release-please.ts", import.meta.url)),
          local.apiUrl,
          "acme",
          "widgets",
        ],
        { cwd: import.meta.dirname, env: { GH_TOKEN: token } },
      );
    const change = { branch: "colour", title: "feat: add colour", body: "", path: "colour.txt" };
    await rest.mergeChange(change);

    await runTool();
    const [pull] = await rest.send<Pull[]>("GET", "/pulls");
    expect(pull?.title).toBe("chore(main): release 1.1.0");
    expect(pull?.labels.map(({ name }) => name)).toEqual(["autorelease: pending"]);
    const sha = await rest.merge(pull?.number ?? 0);

    await runTool();
    const ref = await rest.send<{ object: { sha: string } }>("GET", "/git/ref/tags/v1.1.0");
    expect(ref.object.sha).toBe(sha);
    const latest = await rest.send<{ tag_name: string; body: string }>("GET", "/releases/latest");
    expect(latest.tag_name).toBe("v1.1.0");
    expect(latest.body).toContain("add colour");
    const comments = await rest.send<{ body: string }[]>("GET", `/issues/${pull?.number}/comments`);
    expect(comments.map(({ body }) => body).join("\n")).toContain("v1.1.0");
    const labels = await rest.send<{ name: string }[]>("GET", `/issues/${pull?.number}/labels`);
    expect(labels.map(({ name }) => name)).toEqual(["autorelease: tagged"]);
    expect(await rest.send("GET", "/pulls")).toEqual([]);
  },
  TIMEOUT_MS,
);
