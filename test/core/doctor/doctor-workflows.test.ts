import { describe, expect, it } from "@jest/globals";
import type { DoctorFacts } from "../../../src/core/doctor/doctor-facts.ts";
import type { Finding } from "../../../src/core/doctor/finding.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy/policy-schema.ts";
import { filesOf, findOf } from "../../support/doctor-facts.ts";

/** Files of a repository: workflows by their names, others by their paths. */
function repository(
  workflows: Readonly<Record<string, string | null>>,
  others: Readonly<Record<string, string>> = {},
): Pick<DoctorFacts, "files"> {
  const named = Object.entries(workflows).map(([name, text]) => [
    `.github/workflows/${name}`,
    text,
  ]);
  return { files: filesOf({ ...Object.fromEntries(named), ...others }) };
}

const job = (steps: string, more = "") => `jobs: { build: { ${more} steps: [${steps}] } }\n`;
const run = (command: string) => `{ run: ${JSON.stringify(command)} }`;
const use = (action: string, inputs = "{}") => `{ uses: ${action}, with: ${inputs} }`;
const ON_TAG = "on: { push: { tags: ['v*'] } }\n";
const ON_MAIN = "on: { push: { branches: [main] } }\n";
const ON_RELEASE = "on: { release: { types: [published] } }\n";
const DRAFT_FIRST = { policy: { ...DEFAULT_POLICY, publishWhen: ["build"] } };

type Case = [what: string, change: Partial<DoctorFacts>, expected: Partial<Finding>];

describe("the line about workflows", () => {
  it.each<Case>([
    ["none", {}, { state: "fine", text: "Nothing is started by a tag or a release" }],
    [
      "by a tag, those that wait for one first",
      repository({
        "ci.yml": `name: CI\non: push\n${job(run("make"))}`,
        "release.yml": `name: Release\n${ON_TAG}${job(run("make"))}`,
      }),
      { text: "The tag `v1.4.3` starts `Release` (`release.yml`) and `CI` (`ci.yml`)" },
    ],
    [
      "by the release, and by each other",
      repository({
        "publish.yml": `${ON_RELEASE}${job(run("npm publish"))}`,
        "then.yml": `name: Then\non: { workflow_run: { workflows: [publish.yml] } }\n`,
      }),
      { text: "Its release starts `publish.yml`; then follows `Then` (`then.yml`)" },
    ],
    [
      "those that cannot be read",
      repository({ "odd.yml": "on: [", "large.yml": null }),
      {
        state: "fine",
        text: "Nothing is started by a tag or a release; not read: `odd.yml` and `large.yml`",
      },
    ],
    [
      "that make the release themselves",
      repository({ "release.yml": `${ON_TAG}${job(run("gh release create x"))}` }),
      { state: "todo", text: "`release.yml` makes the release of a tag, and will find it made" },
    ],
    [
      "that make it with its files",
      repository({ "release.yml": `${ON_TAG}${job(run("gh release create x dist/*"))}` }),
      {
        state: "todo",
        todo: "Smallbatch makes the release right after the tag: attach files with `gh release upload` there, and create nothing. Then `publishWhen: [build]` in the policy keeps the release a draft until they are there.",
      },
    ],
    [
      "that make it with its files under a long name",
      repository({
        "release.yml": `${ON_TAG}jobs: { a: { name: ${"x".repeat(90)}, runs-on: u, steps: [{ run: "gh release create x dist/*" }] } }\n`,
      }),
      {
        todo: expect.stringContaining(
          "Then `publishWhen` in the policy keeps",
        ) as unknown as string,
      },
    ],
    [
      "that make it by an action or a script",
      repository({
        "a.yml": `${ON_TAG}${job(use("actions/create-release@v1"))}`,
        "b.yml": `${ON_TAG}${job(use("actions/github-script@v7", "{ script: 'x.createRelease(1)' }"))}`,
      }),
      { text: "`a.yml` and `b.yml` make the release of a tag, and will find it made" },
    ],
    [
      "that wait for other tags",
      repository({ "release.yml": `on: { push: { tags: ['release-*'] } }\n` }),
      {
        state: "todo",
        text: "`release.yml` waits for tags such as `release-*`; the next one is `v1.4.3`",
      },
    ],
    [
      "that wait for other tags, several",
      repository({
        "a.yml": "on: { push: { tags: [a] } }\n",
        "b.yml": "on: { push: { tags: [b] } }\n",
      }),
      { text: "`a.yml` and `b.yml` wait for tags such as `a` and `b`; the next one is `v1.4.3`" },
    ],
    [
      "that wait for other tags, which there are",
      {
        ...repository({ "nightly.yml": "on: { push: { tags: ['nightly-*'] } }\n" }),
        tags: ["v1.4.2", "nightly-7"],
      },
      { state: "fine" },
    ],
    [
      "that only take tags out",
      repository({ "ci.yml": "on: { push: { tags: ['!**'], branches: [main] } }\n" }),
      { state: "fine", text: "Nothing is started by a tag or a release" },
    ],
    [
      "by the tags of components",
      {
        ...repository({ "core.yml": "on: { push: { tags: ['core-v*'] } }\n" }),
        policy: { ...DEFAULT_POLICY, components: [{ name: "core", path: "packages/core" }] },
      },
      { state: "fine", text: "The tag `v1.4.3` starts `core.yml`" },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("workflows", change)).toMatchObject(expected);
  });

  it.each<[string, Partial<DoctorFacts>]>([
    ["v2.0.1", { base: { kind: "hold", code: "base-prerelease", seen: [], suggestion: "v2.0.0" } }],
    ["v0.1.0", { base: { kind: "hold", code: "base-missing", seen: [], suggestion: null } }],
    ["v0.1.0", { base: { kind: "none" } }],
    [
      "v2.0.0-rc.2",
      {
        base: {
          kind: "base",
          version: "2.0.0-rc.1",
          tag: { name: "v2.0.0-rc.1", sha: "a", isAncestor: true },
        },
      },
    ],
    [
      "b@1.0.1",
      {
        tags: ["b@1.0.0"],
        files: filesOf(
          {
            "p/a/package.json": '{ "name": "a" }',
            "p/b/package.json": '{ "name": "b" }',
            ".github/workflows/x.yml": "on: push\n",
          },
          ["p/a/package.json", "p/b/package.json"],
        ),
      },
    ],
  ])("speaks of the next tag: %s", (tag, change) => {
    const facts = { ...repository({ "x.yml": "on: push\n" }), ...change };
    expect(findOf("workflows", facts)?.text).toBe(`The tag \`${tag}\` starts \`x.yml\``);
  });
});

const UPLOAD = run("gh release upload x dist/*");

describe("the line about assets", () => {
  it.each<Case>([
    ["none", {}, { state: "fine" }],
    [
      "attached by a workflow of the tag",
      repository({ "release.yml": `${ON_TAG}${job(UPLOAD)}` }),
      {
        state: "todo",
        text: "`release.yml` attaches files to a release, and people see it before they are there",
        todo: "With `publishWhen` in the policy the release is a draft until they are.",
        policy: [],
        offered: ["publishWhen: [build]"],
      },
    ],
    [
      "attached by a workflow of the release",
      repository({ "publish.yml": `${ON_RELEASE}${job(UPLOAD)}` }),
      {
        todo: "Let `publish.yml` start by `push: tags`, because a draft starts nothing. With `publishWhen` in the policy the release is a draft until they are.",
      },
    ],
    [
      "attached by several",
      repository({ "a.yml": `${ON_TAG}${job(UPLOAD)}`, "b.yml": `${ON_TAG}${job(UPLOAD)}` }),
      {
        text: "`a.yml` and `b.yml` attach files to a release, and people see it before they are there",
        offered: ["publishWhen: [build]"],
      },
    ],
    [
      "attached to releases of their own",
      repository({
        "a.yml": `${ON_TAG}${job(run("gh release create x dist/*"))}`,
        "b.yml": `${ON_TAG}${job(run("gh release create x dist/*"))}`,
      }),
      {
        state: "fine",
        text: "`a.yml` and `b.yml` attach files to a release of their own, see workflows",
        offered: [],
      },
    ],
    [
      "attached to a release of its own, beside another one",
      repository({
        "a.yml": `${ON_TAG}${job(run("gh release create x dist/*"))}`,
        "b.yml": `${ON_TAG}${job(UPLOAD)}`,
      }),
      { state: "todo", text: expect.stringMatching(/^`b.yml` attaches/) as unknown as string },
    ],
    [
      "attached to a draft",
      { ...repository({ "release.yml": `${ON_TAG}${job(UPLOAD)}` }), ...DRAFT_FIRST },
      {
        state: "fine",
        text: "`release.yml` attaches files to a release, a draft until `build` is green",
      },
    ],
    [
      "attached by a matrix, with a job that waits for it",
      repository({
        "release.yml": `${ON_TAG}jobs:
  build: { strategy: { matrix: { os: [a] } }, steps: [${UPLOAD}] }
  maybe: { needs: build, if: github.ref == 'x', steps: [] }
  done: { needs: [build], if: always(), steps: [] }
`,
      }),
      { offered: ["publishWhen: [done]"] },
    ],
    [
      "attached by a matrix alone",
      repository({ "release.yml": `${ON_TAG}${job(UPLOAD, "strategy: {},")}` }),
      {
        todo: "Name its checks under `publishWhen` in the policy: the release is a draft until they are green.",
        offered: [],
      },
    ],
    [
      "attached by a workflow that it calls",
      repository({
        "release.yml": `${ON_TAG}jobs: { up: { uses: ./.github/workflows/upload.yml } }\n`,
        "upload.yml": `on: workflow_call\n${job(UPLOAD)}`,
      }),
      { state: "todo", offered: ["publishWhen: [build]"] },
    ],
    [
      "attached by GoReleaser",
      repository({ "release.yml": `${ON_TAG}${job(use("goreleaser/goreleaser-action@v6"))}` }),
      {
        todo: "With `publishWhen` in the policy the release is a draft until they are. GoReleaser takes that draft with `draft: true` and `use_existing_draft: true` under `release`.",
      },
    ],
    [
      "with names that are long",
      repository({
        "release.yml": `${ON_TAG}jobs:\n${["x", "y"].map((id) => `  ${id}: { name: ${id.repeat(40)} it, steps: [${UPLOAD}] }\n`).join("")}`,
      }),
      { offered: ["publishWhen:", `  - "${"x".repeat(40)} it"`, `  - "${"y".repeat(40)} it"`] },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("assets", change)).toMatchObject(expected);
  });

  it.each<[boolean, string]>([
    [true, use("softprops/action-gh-release@v2", "{ files: dist/* }")],
    [false, use("softprops/action-gh-release@v2")],
    [true, use("ncipollo/release-action@v1", "{ artifacts: a }")],
    [true, use("svenstaro/upload-release-action@v2")],
    [true, run("goreleaser release --clean")],
    [true, run("gh release create v1 dist/widgets.zip")],
    [true, run("gh release create v1 \\\n  --notes x \\\n  dist/*")],
    [false, run("gh release create v1 --notes x\necho *")],
    [false, run("# gh release upload x y\nmake")],
    [false, run("npm publish")],
    [false, use("actions/upload-artifact@v4", "{ path: dist }")],
  ])("%s: %s", (isUpload, step) => {
    const facts = repository({ "release.yml": `${ON_TAG}${job(step)}` });
    const none = "No workflow that a release starts attaches files to it";
    expect(findOf("assets", facts)?.text !== none).toBe(isUpload);
  });
});

describe("the line about other tools", () => {
  const none = "No other release tool was found";

  it.each<Case>([
    ["none", {}, { state: "fine", text: none }],
    [
      "one, by its configuration and what runs it",
      repository(
        { "release.yml": `${ON_MAIN}${job(use("changesets/action@v1"))}` },
        { ".changeset/config.json": "{}" },
      ),
      {
        state: "todo",
        text: "Versions are given by Changesets (`.changeset/config.json` and `release.yml`)",
      },
    ],
    [
      "two",
      repository({}, { ".release-it.json": "{}", "lerna.json": "{}" }),
      { text: "Versions are given by release-it (`.release-it.json`) and Lerna (`lerna.json`)" },
    ],
    [
      "one that only builds",
      repository({}, { ".goreleaser.yaml": "" }),
      {
        state: "fine",
        text: "GoReleaser (`.goreleaser.yaml`) builds what a tag names, and gives no versions",
      },
    ],
    [
      "a workflow of one's own",
      repository({ "bump.yml": `${ON_MAIN}${job(run("git tag v1 && git push --tags"))}` }),
      { state: "todo", text: "Versions are given by a workflow of your own (`bump.yml`)" },
    ],
    [
      "what a tag starts, which follows ours",
      repository({ "release.yml": `${ON_TAG}${job(use("softprops/action-gh-release@v2"))}` }),
      { state: "fine", text: none },
    ],
    [
      "a list of tags",
      repository({ "x.yml": `${ON_MAIN}${job(run("git tag --list"))}` }),
      { text: none },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("other tools", change)).toMatchObject(expected);
  });

  it.each<[string, string, string]>([
    ["release-please", "release-please-config.json", "{}"],
    ["release-please", ".github/release-please.yml", ""],
    ["semantic-release", ".releaserc.json", "{}"],
    ["semantic-release", "release.config.mjs", ""],
    ["semantic-release", "package.json", '{ "release": { "branches": ["main"] } }'],
    ["semantic-release", "package.json", '{ "scripts": { "x": "npx semantic-release" } }'],
    ["python-semantic-release", "pyproject.toml", "[tool.semantic_release]\n"],
    ["standard-version", ".versionrc", "{}"],
    ["standard-version", "package.json", '{ "scripts": { "r": "commit-and-tag-version" } }'],
    ["release-it", "package.json", '{ "release-it": {} }'],
    ["auto", ".autorc", "{}"],
    ["np", "package.json", '{ "scripts": { "release": "np" } }'],
    ["bumpp", "package.json", '{ "scripts": { "release": "bumpp && npm publish" } }'],
    ["Nx", "nx.json", '{\n  "release": {\n  }\n}'],
    ["Release Drafter", ".github/release-drafter.yml", ""],
    ["release-plz", "release-plz.toml", ""],
    ["cargo-release", "Cargo.toml", "[workspace.metadata.release]\n"],
    ["bump2version", "setup.cfg", "[bumpversion]\n"],
    ["tbump", "tbump.toml", ""],
    ["Commitizen", ".cz.toml", ""],
    ["Knope", "knope.toml", ""],
    ["Cocogitto", "cog.toml", ""],
    ["tagpr", ".tagpr", ""],
    ["svu", ".svu.yml", ""],
  ])("knows %s by %s", (tool, path, text) => {
    const finding = findOf("other tools", repository({}, { [path]: text }));
    expect(finding?.text).toBe(`Versions are given by ${tool} (\`${path}\`)`);
  });

  it.each<[string, string]>([
    ["package.json", '{ "release": "1.0.0", "scripts": { "release": "echo later" } }'],
    ["package.json", '{ "scripts": null }'],
    ["package.json", '{ "scripts": { "x": 7 } }'],
    ["package.json", '"text"'],
    ["package.json", "{"],
    ["docs/lerna.json", "{}"],
    ["pyproject.toml", "[project]\n"],
  ])("takes %s with %s for none", (path, text) => {
    expect(findOf("other tools", repository({}, { [path]: text }))?.text).toBe(none);
  });

  it.each<[string | null, string]>([
    ["Release Drafter", use("release-drafter/release-drafter@v6")],
    [null, use("release-drafter/release-drafter/autolabeler@v6")],
    [null, use("changesets/action-of-others@v1")],
    ["semantic-release", run("corepack enable\npnpm semantic-release --ci")],
    [null, run("echo will semantic-release run?")],
  ])("knows %s by what runs it: %s", (tool, step) => {
    const facts = repository({ "x.yml": `${ON_MAIN}${job(step)}` });
    const expected = tool === null ? none : `Versions are given by ${tool} (\`x.yml\`)`;
    expect(findOf("other tools", facts)?.text).toBe(expected);
  });
});
