import { describe, expect, it } from "@jest/globals";
import { readGoModule, NO_MANIFESTS } from "../../../src/core/install.ts";
import type { OpenPull } from "../../../src/core/pulls/open-pull.ts";
import { renderPullCheck } from "../../../src/core/pulls/pull-check.ts";
import { previewPull, previewVersion } from "../../../src/core/pulls/pull-preview.ts";
import type { LineState } from "../../../src/core/state.ts";
import {
  ALICE,
  batchOf,
  BOB,
  check,
  commit,
  head,
  label,
  lineState,
  MINUTE,
  NOON,
  openPull,
  policyFile,
  release,
  sha,
  tag,
} from "../../support/states.ts";

/** Nothing is merged since v1.4.2. */
const QUIET = lineState({
  commits: [],
  commitCount: 0,
  pulls: [],
  head: head({ sha: sha(1) }),
});

const PARTS = policyFile(
  "version: 1\ncomponents:\n  - {name: core, path: core}\n  - {name: cli, path: cli}\n",
);

function checkOf(state: LineState, change: Partial<OpenPull> = {}) {
  const own = openPull(change);
  const preview = previewPull(state, own, NOON);
  const made =
    preview === null
      ? null
      : renderPullCheck(state, own, { judged: [preview], manifests: NO_MANIFESTS });
  if (made === null) throw new Error("Nothing to write");
  const json: unknown = JSON.parse(/```json\n(.*)\n```$/.exec(made.summary)?.[1] ?? "");
  return { ...made, json };
}

const renderLater = (own: OpenPull) =>
  renderPullCheck(QUIET, own, {
    judged: [previewPull(QUIET, own, NOON + MINUTE) ?? "invalid"],
    manifests: NO_MANIFESTS,
  });

describe("the check on an open pull", () => {
  it("says level, version, line and where each comes from", () => {
    const made = checkOf(QUIET);
    expect(made).toMatchObject({
      name: "smallbatch/preview",
      sha: sha(77),
      title: "would release v1.4.3 (patch)",
      conclusion: "success",
      json: {
        pull: 12,
        asOf: sha(77),
        state: "would-release",
        level: "patch",
        levelFrom: "title",
        version: "1.4.3",
        section: "Fixes",
        note: "- fix: stop shrinking (#12) by @alice",
        blockedBy: [],
      },
    });
    expect(made.summary).toContain("- Level: **patch**, by its title.");
    expect(made.summary).toContain(
      "- Version if it were merged now: **v1.4.3**, with nothing else.",
    );
    expect(made.summary).toContain("As of a0a0a0a");
  });

  it.each<[string, Partial<OpenPull>, Partial<LineState>, string, string]>([
    ["docs", { title: "docs: explain" }, {}, "would ride along: docs only", "success"],
    [
      "breaking",
      { title: "feat!: all new" },
      {},
      "would be prepared: v2.0.0 is breaking (#12) and waits for a person",
      "neutral",
    ],
    [
      "a label",
      { labels: [label("enhancement")], title: "more" },
      {},
      "would release v1.5.0 (minor)",
      "success",
    ],
    [
      "a release label by write",
      { labels: [label("release:none", "write")] },
      {},
      "would ride along: release:skip only",
      "success",
    ],
    [
      "a release label by triage",
      { labels: [label("release:none", "triage")] },
      {},
      "would release v1.4.3 (patch)",
      "success",
    ],
    ["untyped", { title: "stuff" }, {}, "would release v1.4.3 (patch)", "success"],
    ["a draft", { isDraft: true }, {}, "would release v1.4.3 (patch)", "neutral"],
    ["watched", {}, { policyFile: null }, "would release v1.4.3 (patch)", "neutral"],
    ["an observing App", {}, { canRelease: false }, "would release v1.4.3 (patch)", "neutral"],
    [
      "a broken policy",
      {},
      { policyFile: policyFile("nonsense") },
      "cannot say what it would release",
      "neutral",
    ],
    [
      "a base that nobody knows",
      {},
      { tags: [tag("v1.4.2"), tag("v9.0.0", { isAncestor: false })] },
      "would be held: tag v9.0.0 is not on this branch",
      "neutral",
    ],
    [
      "checks required",
      {},
      { policyFile: policyFile("version: 1\nchecks: required\n") },
      "would release v1.4.3 (patch)",
      "success",
    ],
    [
      "red checks on the branch",
      {},
      { head: head({ sha: sha(1), checks: [check("ci", { state: "red" })] }) },
      "would release v1.4.3 (patch)",
      "success",
    ],
  ])("of %s", (_, change, state, title, conclusion) => {
    expect(checkOf({ ...QUIET, ...state }, change)).toMatchObject({ title, conclusion });
  });

  it("says which reviews the policy asks for, also where something else holds it first", () => {
    const gates =
      "version: 1\nauto: none\ngates: { agents: human-review, authorMayMerge: false }\n";
    const state = { ...QUIET, policyFile: policyFile(gates) };
    const body = "🤖 Generated with [Claude Code](https://claude.com/claude-code)";
    const lacks = "needs an approval by a person who may write here and is not `alice`";
    const ahead = `Note: if its author merges it, it ${lacks} first.`;

    const held = checkOf(state, { body });
    expect(held).toMatchObject({
      title: "would be held: #12 needs a review (agents)",
      conclusion: "neutral",
      json: { state: "held", reason: "gate", rules: ["gates"] },
    });
    expect(held.summary).toContain(`it ${lacks} (written with Claude).`);
    expect(held.summary).toContain("#12 can be approved before it is merged.");
    expect(held.summary).toContain(ahead);
    expect(held.summary).not.toContain("gh pr review");

    const off = { ...state, tags: [tag("v1.4.2"), tag("v9.0.0", { isAncestor: false })] };
    const other = checkOf(off, { body });
    expect(other.title).toBe("would be held: tag v9.0.0 is not on this branch");
    expect(other.summary).toContain(`Note: it ${lacks} (written with Claude); if its author`);

    const review = { author: BOB, at: NOON, mayWrite: true, state: "approved" } as const;
    const approved = checkOf(state, { body, reviews: [{ ...review, sha: sha(77) }] });
    expect(approved).toMatchObject({ json: { reason: "level", rules: [] } });
    const pushed = checkOf(state, { body, reviews: [{ ...review, sha: sha(76) }] });
    expect(pushed.summary).toContain("`bob` approved `a0a0a0a`, and its last commit is `a0a0a0a`");
  });

  it("counts what is merged already, and waits behind it", () => {
    const merged = batchOf([{ title: "feat: first" }, { title: "docs: second" }]);
    expect(checkOf(merged).title).toBe("would release v1.5.0 (patch, with 2 other merged changes)");
    const prepared = batchOf([{ title: "feat!: first" }]);
    expect(checkOf(prepared)).toMatchObject({
      title: expect.stringMatching(
        /^would be prepared: v2\.0\.0 is breaking \(#2\).*1 merged after/,
      ),
      json: { state: "prepared", reason: "level", level: "patch", version: "2.0.0" },
    });
  });

  it("rides along with what is merged already, alone or by what its commits say", () => {
    const merged = batchOf([{ title: "feat: first" }]);
    expect(checkOf(merged, { title: "docs: explain" }).title).toBe(
      "would release v1.5.0 (rides along, with 1 other merged change)",
    );
    const commits = [commit(77, { message: "docs: in its commits", parents: [sha(1)] })];
    expect(checkOf(QUIET, { title: "My work", commits }).summary).toContain(
      "Merged by a merge commit or a rebase: no release of its own, by its commits.",
    );
  });

  it("names the first version of all", () => {
    const first = { ...QUIET, tags: [], releases: [], baseTag: null };
    expect(checkOf(first)).toMatchObject({ title: "would release v0.1.0 (patch)" });
    expect(previewVersion(first, openPull(), NOON)).toBe("0.1.0");
  });

  it("shows its previews, the newest with how to install it", () => {
    const [old, now] = [
      "preview/pr-12/1.4.3-pr.12.1.gb0b0b0b",
      "preview/pr-12/1.4.3-pr.12.2.ga0a0a0a",
    ];
    const previews = [tag(now, { sha: sha(77) }), tag(old, { sha: sha(76) })];
    const own = openPull({ previews });
    const preview = previewPull(QUIET, own, NOON);
    const made = renderPullCheck(QUIET, own, {
      judged: preview === null ? [] : [preview],
      manifests: { files: ["package.json"], goModule: null },
    });
    const [, shown = ""] = made?.summary.split("### Previews") ?? [];
    expect(shown.indexOf(old)).toBeLessThan(shown.indexOf(now));
    expect(shown.match(/npm install/g)).toHaveLength(1);
    expect(shown).toContain(`npm install "git+https://github.com/acme/widgets.git#${now}"`);
  });

  it("names a moment that would hold it", () => {
    const burst = [1, 2, 3, 4, 5, 6].map((at) =>
      release(at === 1 ? "v1.4.2" : `v1.3.${at}`, { publishedAt: NOON - at * MINUTE, checks: [] }),
    );
    expect(checkOf({ ...QUIET, releases: burst })).toMatchObject({
      title: "would be held: many releases just now, the next one batches",
      json: { state: "held", reason: "bucket-empty", version: "1.4.3" },
    });
  });

  it("says what another way of merging would make of it", () => {
    const commits = [commit(77, { message: "feat: in its commits", parents: [sha(1)] })];
    const made = checkOf(QUIET, { title: "My work", commits });
    expect(made.title).toBe("would release v1.4.3 (patch)");
    expect(made.summary).toContain("Merged by a merge commit or a rebase: minor, by its commits.");
    const only = { squash: false, commits: true, squashBody: "commits" } as const;
    expect(checkOf(QUIET, { title: "My work", commits, merging: only }).title).toBe(
      "would release v1.5.0 (minor)",
    );
  });

  it("shows its note as people will read it, and does not say again what the title says", () => {
    const { title, summary, json } = checkOf(QUIET, { title: "feat!: all new" });
    expect(title).toBe("would be prepared: v2.0.0 is breaking (#12) and waits for a person");
    expect(summary).toContain("```text\n- feat!: all new (#12) by @alice\n```");
    expect(json).toMatchObject({ note: String.raw`- feat\!: all new (#12) by @alice` });
    expect(summary).not.toContain("would be prepared");
  });

  it("sees a breaking change that only a commit announces", () => {
    const commits = [
      commit(77, { message: "fix: x\n\nBREAKING CHANGE: y is gone", parents: [sha(1)] }),
    ];
    expect(checkOf(QUIET, { commits }).title).toMatch(/^would be prepared: v2\.0\.0 is breaking/);
    const bodied = { squash: true, commits: false, squashBody: "body" } as const;
    expect(checkOf(QUIET, { body: "BREAKING CHANGE: y is gone", merging: bodied }).title).toMatch(
      /^would be prepared: v2\.0\.0 is breaking/,
    );
    const blank = { squash: true, commits: false, squashBody: "none" } as const;
    expect(checkOf(QUIET, { commits, merging: blank }).title).toBe("would release v1.4.3 (patch)");
  });

  it("is not written again where it says the same, and is where it does not", () => {
    const { externalId } = checkOf(QUIET);
    const standing = openPull({ ourCheck: { id: 1, title: "", externalId } });
    expect(renderLater(standing)).toBeNull();
    expect(renderLater({ ...standing, title: "feat: grow" })?.existing?.id).toBe(1);
  });

  it("keeps what contributors wrote inert", () => {
    const made = checkOf(QUIET, { title: "fix: @mona <!-- x --> ```` [a](https://b)" });
    expect(made.summary).toContain("by @alice");
    expect(made.summary.split("```json")).toHaveLength(2);
    expect(made.summary).not.toMatch(/^<!--/m);
  });

  it("is none where no line has anything to say", () => {
    expect(renderPullCheck(QUIET, openPull(), { judged: [], manifests: NO_MANIFESTS })).toBeNull();
    const bot = openPull({ files: { files: [], isComplete: true } });
    const parted = { ...QUIET, policyFile: PARTS, line: { ...QUIET.line, component: "core" } };
    expect(previewPull(parted, bot, NOON)).toBeNull();
    expect(previewVersion(parted, bot, NOON)).toBeNull();
  });

  it("is none where the branch has no commit", () => {
    expect(previewPull({ ...QUIET, head: null }, openPull(), NOON)).toBeNull();
  });
});

const lineOf = (component: string): LineState => ({
  ...QUIET,
  policyFile: PARTS,
  unitFiles: [],
  line: { ...QUIET.line, component },
  tags: [tag(component === "" ? "v1.4.2" : `${component}-v1.4.2`)],
  baseTag: tag(component === "" ? "v1.4.2" : `${component}-v1.4.2`),
  releases: [],
});

describe("a pull that touches several components", () => {
  const files = ["core/a.js", "cli/b.js"].map((path) => ({ path, previousPath: null }));
  const own = openPull({ files: { files, isComplete: true } });

  it("says what each of them would release", () => {
    const judged = ["", "core", "cli"].flatMap(
      (component) => previewPull(lineOf(component), own, NOON) ?? [],
    );
    const made = renderPullCheck(lineOf(""), own, { judged, manifests: NO_MANIFESTS });
    expect(made?.title).toBe("would release core-v1.4.3 (patch); and 1 more");
    expect(made?.summary).toContain("### cli");
    expect(made?.summary).toContain("**cli-v1.4.3**");
    expect(made?.summary).not.toContain("### Repository");
  });

  it("says of each what holds it", () => {
    const breaking = { ...own, title: "feat!: all new" };
    const judged = ["core", "cli"].flatMap(
      (component) => previewPull(lineOf(component), breaking, NOON) ?? [],
    );
    const made = renderPullCheck(lineOf(""), breaking, { judged, manifests: NO_MANIFESTS });
    expect(made?.summary).toContain("would be prepared: core-v2.0.0 is breaking (#12)");
    expect(made?.summary).toContain("would be prepared: cli-v2.0.0 is breaking (#12)");
  });

  it("says what the repository as a whole would release where its files are not known", () => {
    const unknown = openPull({ files: null });
    const judged = ["", "core"].flatMap((component) => {
      const { unitFiles: _, ...line } = lineOf(component);
      return previewPull(line, unknown, NOON) ?? [];
    });
    const [first] = judged;
    const root = first === undefined || first === "invalid" ? [] : [{ ...first, name: "" }];
    const made = renderPullCheck(lineOf(""), unknown, {
      judged: [...root, ...judged],
      manifests: NO_MANIFESTS,
    });
    expect(made?.summary).toContain("### Repository");
  });

  it("rides along where it touches none, and the whole has no version", () => {
    const readme = { path: "README.md", previousPath: null };
    const outside = openPull({ files: { files: [readme], isComplete: true } });
    const bare = { ...lineOf(""), tags: [], baseTag: null };
    expect(checkOf(bare, outside)).toMatchObject({
      title: "rides along: #12 touched no component",
      conclusion: "success",
      json: { state: "rides-along", reason: "no-root" },
    });
  });
});

describe("the version of a preview", () => {
  it.each([
    ["fix: x", "1.4.3"],
    ["docs: x", "1.4.3"],
    ["feat!: x", "2.0.0"],
  ])("of %s is %s", (title, version) => {
    expect(previewVersion(QUIET, openPull({ title, author: ALICE }), NOON)).toBe(version);
  });

  it("is that of its commits where nothing is squashed, and none without a policy", () => {
    const commits = [commit(77, { message: "feat: in its commits", parents: [sha(1)] })];
    const merging = { squash: false, commits: true, squashBody: "commits" } as const;
    expect(previewVersion(QUIET, openPull({ title: "My work", commits, merging }), NOON)).toBe(
      "1.5.0",
    );
    const broken = { ...QUIET, policyFile: policyFile("nonsense") };
    expect(previewVersion(broken, openPull(), NOON)).toBeNull();
  });
});

describe("a Go module", () => {
  it.each([
    ["module example.com/widgets\n\ngo 1.24\n", "example.com/widgets"],
    ['// comment\nmodule "example.com/widgets/v2" // x\r\n', "example.com/widgets/v2"],
    ["module $(rm -rf)\n", null],
    ["go 1.24\n", null],
  ])("of %j is %s", (text, name) => {
    expect(readGoModule(text)).toBe(name);
  });
});
