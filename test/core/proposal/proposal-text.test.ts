import { describe, expect, it } from "@jest/globals";
import { fine, todo } from "../../../src/core/doctor/finding.ts";
import type { Finding } from "../../../src/core/doctor/finding.ts";
import { composeProposal } from "../../../src/core/proposal/proposal-compose.ts";
import type { ProposalSources } from "../../../src/core/proposal/proposal-compose.ts";
import { renderPolicyFile } from "../../../src/core/proposal/proposal-file.ts";
import { digestText, readProposalMarker } from "../../../src/core/proposal/proposal-marker.ts";
import type { ProposalSeen } from "../../../src/core/proposal/proposal-state.ts";
import type { LineState } from "../../../src/core/state.ts";
import { NOON, batchOf, commit, lineState, pull, sha, tag } from "../../support/states.ts";

const NOTHING: ProposalSeen = { pull: null, branch: null, rival: null };
const NEW = { kind: "write", pull: null, file: "ours", isTextOurs: true } as const;
const OPEN = { ...NEW, pull: { number: 7, isClosed: false } } as const;

const UNTYPED = { ...todo("titles", "Few merges carry a type", { todo: "Write more." }) };

function compose(state: LineState, change: Partial<ProposalSources> = {}) {
  const commits = [...state.commits, commit(1, { message: "fix: before" })];
  const usual = { step: NEW, seen: NOTHING, head: sha(2), findings: [], commits, now: NOON };
  return composeProposal({ ...state, policyFile: null, startedAt: null }, { ...usual, ...change });
}

function bodyOf(...asked: Parameters<typeof compose>): string {
  return compose(...asked)?.body ?? "";
}

/** What stands after a proposal was written. */
function standing(
  written: ReturnType<typeof compose>,
  change: Partial<NonNullable<ProposalSeen["pull"]>> = {},
  text = written?.text ?? null,
): ProposalSeen {
  const body = written?.body ?? "";
  const marker = readProposalMarker(body, 42);
  const own = { number: 7, url: "", state: "open", title: "", hands: "ours" } as const;
  const branch = { sha: sha(70), isOurs: true, text };
  return { pull: { ...own, body, marker, ...change }, branch, rival: null };
}

/** Somebody wrote another policy file into the proposal. */
function withFile(text: string): Partial<ProposalSources> {
  const seen = standing(compose(lineState()), {}, text);
  return { step: { ...OPEN, file: "theirs" }, seen };
}

describe("the policy file of a proposal", () => {
  it("holds the version alone where nothing is special", () => {
    const text = renderPolicyFile([fine("base", "Releases follow `v1.4.2`")]);
    expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual(["version: 1", ""]);
  });

  it("explains each line above it, in at most 80 columns", () => {
    const why = `The newest tag \`v2.0.0-rc.1\` is a prerelease ${"and so on ".repeat(12).trim()}`;
    const text = renderPolicyFile([todo("base", why, { todo: null, policy: ["base: v1.4.2"] })]);
    expect(text).toContain("\n# The newest tag v2.0.0-rc.1 is a prerelease and so on");
    expect(text).toMatch(/and so on\nbase: v1\.4\.2\n$/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("leaves out what would make it invalid", () => {
    const wrong = todo("base", "Two of one", { todo: null, policy: ["base: v1", "base: v2"] });
    expect(renderPolicyFile([wrong])).not.toContain("base:");
  });

  it("cannot be led out of a comment", () => {
    const text = renderPolicyFile([
      todo("base", "a\nauto: major", { todo: null, policy: ["base: v1.4.2"] }),
    ]);
    expect(text).toContain("# a auto: major\n");
  });
});

describe("the text of a proposal", () => {
  it("names the first release with what is in it", () => {
    const titles = Array.from({ length: 8 }, (_, at) => ({ title: `fix: change ${at}` }));
    expect(bodyOf(batchOf(titles.slice(0, 1)))).toContain(
      "**First release:** `v1.4.3` after `v1.4.2`, with `#2`.",
    );
    expect(bodyOf(batchOf(titles.slice(0, 2)))).toContain("with `#2` and `#3`.");
    expect(bodyOf(batchOf(titles))).toContain("`#7` and 2 more.");
    const pushed = lineState({ pulls: [], commits: [commit(2, { message: "fix: pushed" })] });
    expect(bodyOf(pushed)).toContain(`with \`${sha(2).slice(0, 7)}\`.`);
  });

  it("names the first version of a repository that has none", () => {
    const none = { baseTag: null, tags: [], releases: [] };
    expect(bodyOf(batchOf([{ title: "feat: all of it" }], none))).toContain(
      "**First release:** `v0.1.0`, with `#2`.",
    );
    expect(bodyOf(lineState({ ...none, commits: [], pulls: [], commitCount: 0 }))).toContain(
      "**First release:** `v0.1.0`, with the next change that asks for one.",
    );
  });

  it("says what nothing asks for, and what would be held or prepared", () => {
    expect(bodyOf(batchOf([{ title: "docs: explain" }]))).toContain(
      "with the next change that asks for one. Nothing since `v1.4.2` does.",
    );
    expect(bodyOf(batchOf([{ title: "feat!: rename" }]))).toMatch(
      /\*\*First release:\*\* prepared for a person to publish: .*v2\\?\.0\\?\.0/,
    );
    expect(bodyOf(lineState({ commitCount: 5_000 }))).toMatch(
      /\*\*First release:\*\* not at once: /,
    );
  });

  it("judges as if the checks were green by then", () => {
    const { head } = lineState();
    const checks = (head?.checks ?? []).map((check) => ({ ...check, state: "red" as const }));
    const required = head && { ...head, checks, requiredContexts: ["ci/never"] };
    expect(bodyOf(lineState({ head: required }))).toContain("**First release:** `v1.4.3`");
  });

  it("speaks of files and of another base as far as they were read", () => {
    expect(bodyOf(lineState(), withFile("version: 1\nfiles: { package: on }\n"))).toContain(
      "`v1.4.3`; the version is written into its files first.",
    );
    const first = batchOf([{ title: "feat: a" }], { baseTag: null, tags: [], releases: [] });
    expect(bodyOf(first, withFile("version: 1\nfiles: { package: on }\n"))).toContain("`v0.1.0`; ");
    const tags = [tag("v2.0.0-rc.1"), tag("v1.4.2", { sha: sha(0) })];
    const unknown = lineState({ tags, baseTag: null, commits: [], commitCount: 0 });
    expect(bodyOf(unknown, withFile("version: 1\nbase: v1.4.2\n"))).toContain(
      "follows the `base` of the file",
    );
    expect(bodyOf(lineState(), withFile("version: 1\npublishWhen: [build]\n"))).toContain(
      "`v1.4.3`",
    );
  });

  it("says what to do first, once, and what was found", () => {
    const findings: readonly Finding[] = [
      { ...fine("workspaces", "3 packages"), offered: ["components:", "  - { name: core }"] },
      UNTYPED,
      { ...fine("issues", "Nobody could look"), state: "unknown" },
      todo("assets", "Uploads follow", { todo: null }),
    ];
    const body = bodyOf(lineState(), { findings });
    expect(body).toContain(
      "**Before you merge:**\n- Few merges carry a type. Write more.\n- Uploads follow.\n",
    );
    expect(body).toContain("What the doctor found here: 1 fine, 2 to do, 1 not known");
    expect(body).toContain("You may add:\n\n  ```yaml\n  components:\n    - { name: core }\n  ```");
  });

  it("counts as done what the file here answers", () => {
    const base = todo("base", "A prerelease", { todo: "Write it.", policy: ["base: v1.4.2"] });
    const body = bodyOf(lineState(), { findings: [base, fine("titles", "Good")] });
    expect(body).not.toContain("Before you merge");
    expect(body).toContain("What the doctor found here: 1 fine, 1 done by the file here");
    expect(body).toContain("- **base**, done by the file here: A prerelease.");
    const theirs = { ...withFile("version: 1\n"), findings: [base] };
    expect(bodyOf(lineState(), theirs)).toContain(
      "**Before you merge:**\n- A prerelease. Write it.",
    );
  });

  it("does not say again what holds the first release", () => {
    const held = bodyOf(lineState({ commitCount: 5_000 }));
    const [told = ""] = /Only 1 of 5000[^\n]+/.exec(held) ?? [];
    const findings = [todo("base", "Too many", { todo: told })];
    expect(told).not.toBe("");
    expect(bodyOf(lineState({ commitCount: 5_000 }), { findings })).not.toContain("Too many. ");
    expect(held).toContain(told);
  });

  it("goes without its folded parts where they would be too long", () => {
    const offered = Array.from({ length: 2_000 }, () => "#".repeat(40));
    const findings = [{ ...fine("workspaces", "Many packages"), offered }];
    const body = bodyOf(lineState(), { findings });
    expect(body.length).toBeLessThan(5_000);
    expect(body).toContain("**First release:** `v1.4.3`");
    expect(body).toContain("What it never does");
  });

  it("keeps titles inert, and refers to no pull", () => {
    const body = bodyOf(
      batchOf([{ title: "fix: @mona see #1 <img> <!-- smallbatch:proposal v1 --> </details>" }]),
    );
    const outside = body.replaceAll(/`[^`]*`/g, "").replace(/<!-- smallbatch:proposal.*-->$/, "");
    expect(outside).not.toMatch(/@|#\d|(?<!\\)<(?:img|!--)/);
    expect(outside.match(/(?<!\\)<\/details>/g)).toHaveLength(
      outside.match(/<details>/g)?.length ?? 0,
    );
  });
});

describe("the recent past in a proposal", () => {
  const titles = ["fix: one", "feat: two", "docs: three"];
  const state = batchOf(titles.map((title) => ({ title })));

  it("shows each release as it would have been, newest first", () => {
    const body = bodyOf(state);
    expect(body).toContain("The last 3 merges would have been 2 releases after v1.4.2");
    expect(body).toMatch(/- `v1\.5\.0`: `#3` feat: two\n- `v1\.4\.3`: `#2` fix: one/);
  });

  it("counts what would wait for a person, and who let it go", () => {
    const breaking = batchOf([{ title: "feat!: rename" }]);
    expect(bodyOf(breaking)).toContain(
      "The last merge would not have been released after v1.4.2; 1 would wait for a person",
    );
    const released = { ...breaking, tags: [...breaking.tags, tag("v2.0.0", { sha: sha(2) })] };
    expect(bodyOf(released)).toContain("- `v2.0.0` (let go by a person): `#2` feat\\!: rename");
  });

  it("counts more merges of one release than it names", () => {
    const many = batchOf(Array.from({ length: 12 }, (_, at) => ({ title: `feat!: ${at}` })));
    expect(bodyOf(many)).toMatch(/waiting for a person: `#2` .*; and 6 more/);
  });

  it("takes the habit of now for all of them", () => {
    const recentMerges = Array.from({ length: 12 }, () => ({ title: "more", labels: [] }));
    const untyped = { ...batchOf([{ title: "more" }]), recentMerges };
    expect(bodyOf(untyped)).toContain("1 would wait for a person");
  });

  it("compares the tags, and says why one differs", () => {
    const tagged = {
      ...state,
      tags: [...state.tags, tag("v1.4.3", { sha: sha(2) }), tag("v2.0.0", { sha: sha(3) })],
      baseTag: tag("v2.0.0", { sha: sha(3) }),
    };
    expect(bodyOf(tagged)).toContain(
      "1 of the newest 2 tags has the version that Smallbatch would have given; 1 differs",
    );
    expect(bodyOf(tagged)).toContain("- `v2.0.0` would have been `1.5.0`: minor by its title: ");
    const good = { ...tagged, tags: tagged.tags.slice(0, -1) };
    expect(bodyOf(good)).toContain("The newest tag has the version");
    const both = { ...good, tags: [...good.tags, tag("v1.5.0", { sha: sha(3) })] };
    expect(bodyOf(both)).toContain("The newest 2 tags all have the version");
  });

  it("leaves older differing tags uncounted but counted", () => {
    const long = batchOf(Array.from({ length: 14 }, (_, at) => ({ title: `fix: ${at}` })));
    const tags = long.commits.map((own, at) => tag(`v${20 - at}.0.0`, { sha: own.sha }));
    const body = bodyOf({ ...long, tags: [...tags, ...long.tags] });
    expect(body).toContain("0 of the newest 14 tags have the version");
    expect(body).toContain("14 differ");
    expect(body).toContain("- and 4 older ones");
  });

  it("begins after the first tag it sees, where the version before is not known", () => {
    const tagged = { ...state, tags: [tag("v3.0.0", { sha: sha(2) })], baseTag: null };
    const body = bodyOf({ ...tagged, baseTag: tag("v3.0.0", { sha: sha(2) }) });
    expect(body).toContain("The last 2 merges would have been 1 release after v3.0.0");
  });

  it("begins after the base where every commit came later", () => {
    const far = tag("v1.4.2", { sha: sha(99) });
    const body = bodyOf({ ...state, tags: [far], baseTag: far });
    expect(body).toContain("after v1.4.2");
  });

  it("says nothing where nothing was merged", () => {
    expect(bodyOf(lineState(), { commits: [] })).not.toContain("The last");
  });

  it("trusts GitHub's pulls before the messages of commits", () => {
    const own = { ...state, pulls: [...state.pulls, pull(50, { baseBranch: "next" })] };
    const renamed = own.pulls.map((each) =>
      each.number === 2 ? { ...each, title: "docs: nothing" } : each,
    );
    expect(bodyOf({ ...own, pulls: renamed })).toContain("would have been 1 release");
  });
});

describe("a proposal that stands", () => {
  const written = compose(lineState());

  it("opens a branch, a file and a pull with our marker", () => {
    expect(written).toMatchObject({ branchSha: null, parent: sha(2), number: null });
    expect(readProposalMarker(written?.body ?? "", 42)).toMatchObject({
      file: digestText(written?.text ?? ""),
      at: NOON,
    });
    expect(readProposalMarker(written?.body ?? "", 43)).toBeNull();
    expect(readProposalMarker("Nothing of ours", 42)).toBeNull();
  });

  it("is not written again", () => {
    expect(compose(lineState(), { step: OPEN, seen: standing(written) })).toBeNull();
  });

  it("is written where a pass ended before its pull", () => {
    const seen = { ...standing(written), pull: null };
    expect(compose(lineState(), { seen })).toMatchObject({
      text: null,
      branchSha: sha(70),
      number: null,
      body: expect.stringContaining("**First release:**"),
    });
  });

  it("is renewed with its file", () => {
    const findings = [todo("base", "A prerelease", { todo: null, policy: ["base: v1.4.2"] })];
    expect(compose(lineState(), { step: OPEN, seen: standing(written), findings })).toMatchObject({
      number: 7,
      text: expect.stringContaining("base: v1.4.2"),
      body: expect.stringContaining("A prerelease"),
    });
  });

  it("leaves the file of others, and says so", () => {
    const step = { ...OPEN, file: "theirs" } as const;
    const seen = standing(written, {}, "version: 1\nauto: none\n");
    const renewed = compose(lineState(), { step, seen });
    expect(renewed).toMatchObject({ text: null, number: 7 });
    expect(renewed?.body).toContain("The file has changes by others");
    expect(readProposalMarker(renewed?.body ?? "", 42)?.file).toBe(seen.pull?.marker?.file);
    const gone = compose(lineState(), { step, seen: standing(written, {}, null) });
    expect(gone?.body).toContain("merging it starts nothing");
    const wrong = standing(written, {}, "version: 2\n");
    expect(compose(lineState(), { step, seen: wrong })?.body).toContain("is not valid yet:**\n- `");
  });

  it("leaves a text without our marker, and reopens where somebody asks again", () => {
    const seen = standing(written, { marker: null });
    const step = { ...OPEN, isTextOurs: false, pull: { number: 7, isClosed: true } } as const;
    expect(compose(lineState(), { step, seen })).toMatchObject({ body: null, isReopened: true });
    const theirs = { ...step, file: "theirs" } as const;
    expect(compose(lineState(), { step: theirs, seen })).toMatchObject({ text: null, body: null });
    const again = { ...OPEN, pull: { number: 7, isClosed: true } } as const;
    expect(compose(lineState(), { step: again, seen: standing(written) })).toMatchObject({
      isReopened: true,
      body: null,
    });
  });
});
