import { describe, expect, it } from "@jest/globals";
import type { FileList } from "../../../src/core/changes.ts";
import { renderRisk, sumUpRisk } from "../../../src/core/rollback/risk-words.ts";
import {
  isMigration,
  judgePackages,
  judgeRisk,
  mayOverlap,
  withAffected,
} from "../../../src/core/rollback/risk.ts";
import type { Risk, RiskFacts } from "../../../src/core/rollback/risk.ts";
import { fillIn, isOfBefore } from "../../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { listLater, wantFiles } from "../../../src/core/rollback/wanted-files.ts";
import { commit, lineState, pull as pullOf, release, sha } from "../../support/states.ts";
import {
  ASKED,
  NO_RISK,
  PLACE,
  RELEASES,
  REPOSITORY,
  stopped,
} from "../../support/told-rollbacks.ts";

const AT = { repository: "acme/widgets", tagFormat: null };

function files(...paths: readonly string[]): FileList {
  return { files: paths.map((path) => ({ path, previousPath: null })), isComplete: true };
}

const cut = (list: FileList): FileList => ({ ...list, isComplete: false });

function judge(facts: Partial<RiskFacts>, rollback: Rollback = ASKED): Risk {
  const none = { batch: files("a.ts"), since: files(), later: [] };
  return judgeRisk({ ...none, ...facts }, rollback, []);
}

function listed(...shown: readonly string[]) {
  return { shown, count: shown.length };
}

describe("the risk of a rollback", () => {
  it("is nothing where one file goes back that nobody changed again", () => {
    expect(judge({})).toEqual(NO_RISK);
  });

  it("is in migrations, workflow files and lock files", () => {
    const batch = files("db/migrate/1.rb", ".github/workflows/ci.yml", "package-lock.json", "a.ts");
    expect(judge({ batch })).toMatchObject({
      files: 4,
      migrations: listed("db/migrate/1.rb"),
      workflows: listed(".github/workflows/ci.yml"),
      locks: listed("package-lock.json"),
    });
  });

  it.each([
    ["src/store/migrations/0001-a.sql", true],
    ["app/migration/a.py", true],
    ["alembic/versions/1_a.py", true],
    ["db/changelog/a.xml", true],
    ["drizzle/0001_a.sql", true],
    ["sql/V2__add.sql", true],
    ["sql/R__views.sql", true],
    ["prisma/schema.prisma", true],
    ["db/schema.rb", true],
    ["schema.sql", true],
    ["docs/migrations/to-v2.md", false],
    ["src/migrations.ts", false],
    ["src/schema.ts", false],
    ["drizzle/schema.ts", false],
  ])("a migration is %s: %s", (path, expected) => {
    expect(isMigration(path)).toBe(expected);
  });

  it("is in later work on the same files, the newest first, moved ones with both names", () => {
    const moved: FileList = {
      files: [{ path: "new.ts", previousPath: "b.ts" }],
      isComplete: true,
    };
    const risk = judge({
      batch: files("a.ts", "b.ts", "c.ts"),
      since: files("a.ts", "b.ts", "d.ts"),
      later: [
        { number: 44, tag: "v1.4.4", files: files("a.ts") },
        { number: 45, tag: null, files: files("d.ts") },
        { number: 46, tag: null, files: moved },
      ],
    });
    expect(risk).toMatchObject({
      changedAgain: listed("a.ts", "b.ts"),
      later: [
        { number: 46, tag: null },
        { number: 44, tag: "v1.4.4" },
      ],
      laterCount: 2,
      isUnexplained: false,
    });
    const pushed = judge({ batch: files("a.ts"), since: files("a.ts") });
    expect(pushed).toMatchObject({ laterCount: 0, isUnexplained: true });
  });

  it("of a component is in its own files alone", () => {
    const restore = { before: "web-v1.0.0", path: "web", others: ["web/api"] };
    const batch = files("web/a.ts", "web/api/b.ts", "c.ts", "web");
    expect(judge({ batch }, { ...ASKED, restore }).files).toBe(2);
    expect(judge({ batch }, { ...ASKED, restore: { ...restore, path: "." } }).files).toBe(3);
    expect(judge({ batch }, { ...ASKED, restore: null }).files).toBe(4);
  });

  it("is not known where GitHub lists nothing, or not all", () => {
    expect(judge({ batch: null })).toMatchObject({ files: null, isWhole: false });
    expect(judge({ since: null }).isWhole).toBe(false);
    expect(judge({ batch: cut(files("a.ts")) }).isWhole).toBe(false);
    const later = [{ number: 44, tag: null, files: cut(files()) }];
    expect(judge({ later }).isWhole).toBe(false);
  });

  it("keeps some paths and pulls, and counts all", () => {
    const many = files(...Array.from({ length: 9 }, (_, at) => `${"x".repeat(300)}${at}.sql`));
    const batch = files(...many.files.map(({ path }) => `migrations/${path}`));
    const later = Array.from({ length: 12 }, (_, at) => ({ number: at, tag: null, files: batch }));
    const risk = judge({ batch, since: batch, later });
    expect(risk.migrations.count).toBe(9);
    expect(risk.migrations.shown.map((path) => path.length)).toEqual(Array(5).fill(200));
    expect([risk.later.length, risk.laterCount]).toEqual([10, 12]);
  });

  it("has the packages and images that the release published", () => {
    const manifests = [{ path: "package.json", bad: '{ "name": "w", "main": "a" }', good: null }];
    const workflows = [
      "jobs: { a: { steps: [{ uses: docker/metadata-action@v5, with: { images: acme/w } }] } }",
    ];
    const found = (rollback: Rollback) =>
      withAffected(judgePackages({ manifests, workflows }, rollback, AT), rollback, AT).map(
        ({ ecosystem, name, bad, good }) => `${ecosystem} ${name} ${bad.join("+")} ${good}`,
      );
    expect(found(ASKED)).toEqual(["npm w 1.4.3+1.4.4 1.4.2", "images acme/w 1.4.3+1.4.4 1.4.2"]);
    const first = { ...ASKED, good: null, restore: null };
    expect(found(first)[0]).toBe("npm w 1.4.3+1.4.4 null");
    const own = {
      path: "package.json",
      bad: '{ "name": "w", "main": "a", "version": "9.9.9" }',
      good: null,
    };
    // Its version is its own: what came later has others.
    expect(
      withAffected(judgePackages({ manifests: [own], workflows: [] }, ASKED, AT), ASKED, AT),
    ).toMatchObject([{ bad: ["9.9.9"], isLockstep: false }]);
    const odd = { ...ASKED, affected: [{ id: 9, tag: "nightly" }] };
    expect(found(odd)[0]).toBe("npm w 1.4.3 1.4.2");
    expect(found({ ...ASKED, release: { id: 9, tag: "nightly" } })).toEqual([]);
    const component = { ...ASKED, restore: { before: "v1.4.2", path: "web", others: [] } };
    expect(found(component)).toHaveLength(2);
  });

  it("may be in later work where both lists have a file, or one is not whole", () => {
    expect(mayOverlap(null, files("a"))).toBe(false);
    expect(mayOverlap(files("a"), null)).toBe(false);
    expect(mayOverlap(files("a"), files("b"))).toBe(false);
    expect(mayOverlap(files("a"), files("a"))).toBe(true);
    expect(mayOverlap(cut(files("a")), files("b"))).toBe(true);
    expect(mayOverlap(files("a"), cut(files("b")))).toBe(true);
  });

  it("is not known of a rollback of before", () => {
    const { risk: _, restoration: _none, ...old } = ASKED;
    expect([isOfBefore(old), isOfBefore(ASKED)]).toEqual([true, false]);
    expect(fillIn(old)).toEqual(ASKED);
  });
});

describe("what is read for the risk", () => {
  it("are manifests of the part that goes back, and workflows where an image is built", () => {
    const paths = [
      "package.json",
      "web/package.json",
      "web/crate/Cargo.toml",
      "Cargo.toml",
      "web/api/package.json",
      ".github/workflows/ci.yml",
    ];
    const restore = { before: "web-v1", path: "web", others: ["web/api"] };
    expect(wantFiles(paths, { ...ASKED, restore })).toEqual({
      manifests: ["web/package.json", "web/crate/Cargo.toml", "Cargo.toml"],
      workflows: [],
    });
    expect(wantFiles([...paths, "web/Dockerfile"], { ...ASKED, restore: null })).toMatchObject({
      workflows: [".github/workflows/ci.yml"],
    });
    expect(wantFiles(["package.json"], ASKED).manifests).toEqual(["package.json"]);
    expect(wantFiles(["crates/w/Cargo.toml"], ASKED).manifests).toEqual(["crates/w/Cargo.toml"]);
  });

  it("are later pulls, released or not, without those of the release itself", () => {
    const state = {
      ...lineState(),
      releases: [release("v1.4.4", { cardPulls: [44] }), release("v1.4.3", { cardPulls: [41] })],
      commits: [commit(46, { pulls: [46] }), commit(45, { pulls: [45, 41, 44] })],
      pulls: [pullOf(46, { mergeSha: sha(46) })],
    };
    expect(listLater(state, ASKED)).toEqual([
      { number: 44, tag: "v1.4.4", sha: "v1.4.3" },
      { number: 45, tag: null, sha: "v1.4.3" },
      { number: 46, tag: null, sha: sha(46) },
    ]);
    const gone = { ...state, releases: [], commits: [] };
    expect(listLater(gone, ASKED)).toEqual([]);
    const unknown = { ...state, releases: [release("v1.4.4", { cardPulls: null })] };
    expect(listLater(unknown, ASKED).map(({ number }) => number)).toEqual([45, 41, 44, 46]);
  });
});

const linkTo = (tag: string): string => `[${tag}](${RELEASES}/tag/${tag})`;
const pull = (number: number): string => `[\`#${number}\`](${REPOSITORY.url}/pull/${number})`;
const say = (risk: Partial<Risk> | null, change: Partial<Rollback> = { affected: [] }) =>
  renderRisk(
    { ...stopped(), risk: risk === null ? null : { ...NO_RISK, ...risk }, ...change },
    PLACE,
  );

function published(
  ecosystem: Risk["packages"][number]["ecosystem"],
  name: string,
): Risk["packages"][number] {
  return { ecosystem, name, bad: ["1.4.3", "1.4.4"], good: null, isLockstep: true, registry: null };
}

describe("the risk in words", () => {
  it("says that there is nothing, as far as anybody knows", () => {
    expect(say({})).toBe(
      "- No migrations, workflow files or lock files are among the 1 file that goes back, and nobody changed them again since.",
    );
    expect(say({ isWhole: false, files: 300 })).toBe(
      "- No migrations, workflow files or lock files are among the 300 files that GitHub listed of it; there may be more.",
    );
    expect(say({ files: null, isWhole: false })).toBe(
      "- Nobody could read which files it changed.",
    );
    expect(say(null)).toBe("- Which files it changed is not read yet.");
    const first = { affected: [], good: null, restore: null };
    expect(say({ files: null, isWhole: false }, first)).toBe(
      "- It is the first release that is known of its line: there is no code to go back to.",
    );
  });

  it("names what was published, three of many", () => {
    const packages = [published("npm", "@acme/w"), published("images", "ghcr.io/acme/w")];
    expect(say({ packages })).toBe(
      "- **Installed clients:** whoever has `@acme/w 1.4.3` (npm), `ghcr.io/acme/w 1.4.3` (a registry of images) keeps it, " +
        "and others still get it there, until somebody who may publish runs the commands of the rollback issue.",
    );
    const many = [...packages, published("Go", "acme/w"), published("Hex", "w")];
    expect(say({ packages: many })).toContain("`acme/w 1.4.3` (Go), 1 more keeps it");
  });

  it("says each thing with what to do about it", () => {
    const text = say({
      files: 12,
      migrations: { shown: ["db/migrate/1.rb"], count: 3 },
      workflows: listed(".github/workflows/ci.yml"),
      locks: listed("package-lock.json"),
      changedAgain: listed("a.ts"),
      later: [
        { number: 46, tag: null },
        { number: 44, tag: "v1.4.4" },
      ],
      laterCount: 4,
      isUnexplained: true,
    });
    expect(text.split("\n")).toEqual([
      "- **Database:** it changed 3 migrations (`db/migrate/1.rb` and 2 more). Where they ran, they stay: make sure that v1.4.2 works with the database that v1.4.3 left.",
      `- **Later work:** 1 file of its 12 (\`a.ts\`) was changed again by ${pull(46)} (not released yet), ${pull(44)} (in ${linkTo("v1.4.4")}), 2 more, commits that are of none of the pull requests we know. That work stays; where it built on the same lines, the pull request conflicts.`,
      "- **Workflows:** it changed 1 workflow file (`.github/workflows/ci.yml`). GitHub lets an App write those only with a permission of its own: where it refuses, the commands of git restore them.",
      "- **Dependencies:** it changed 1 lock file (`package-lock.json`). They go back as well, and with them whatever was mended there.",
    ]);
    const unsure = say(
      { isWhole: false, migrations: listed("m"), changedAgain: listed("a", "b"), files: 2 },
      { affected: [], good: null },
    );
    expect(unsure).toContain("it changed at least 1 migration (`m`)");
    expect(unsure).toContain("that the code before it works");
    expect(unsure).toContain("at least 2 files of its 2 (`a`, `b`) were changed again by");
  });

  it("names the fixes that Latest goes without", () => {
    const loses = {
      shown: [
        { number: 44, title: "fix: sort", author: "alice" },
        { number: 45, title: "feat: more", author: "alice" },
        { number: 46, title: null, author: null },
      ],
      count: 3,
    };
    const { affected } = ASKED;
    expect(say({}, { affected, loses })).toBe(
      `- **Lost until the next release:** 3 pull requests of ${linkTo("v1.4.4")}, at least 1 fix among them (${pull(44)}). They stay on the branch.`,
    );
    const known = { shown: loses.shown.slice(0, 2), count: 2 };
    expect(say({}, { affected, loses: known })).toContain(`, 1 fix among them (${pull(44)})`);
    expect(say({}, { affected, loses: { ...known, count: 30 } })).toContain("at least 1 fix");
    const none = { shown: loses.shown.slice(1), count: 2 };
    expect(say({}, { affected, loses: none })).toContain(`of ${linkTo("v1.4.4")}. They stay`);
    expect(say({}, { affected, loses: null })).toContain(`what ${linkTo("v1.4.4")} brought.`);
    const nothing = "- No migrations";
    expect(say({}, { affected, loses: { shown: [], count: 0 } })).toContain(nothing);
    expect(say({}, { affected, loses, movesLatest: false })).toContain(nothing);
    expect(say({}, { affected, loses, good: null })).toContain(nothing);
  });
});

function sum(
  risk: Partial<Risk> | null,
  change: Partial<Rollback> = { affected: [] },
): string | null {
  return sumUpRisk({ ...ASKED, risk: risk === null ? null : { ...NO_RISK, ...risk }, ...change });
}

describe("the risk in one line", () => {
  it("is nothing where nothing deserves a look", () => {
    expect(sum({})).toBeNull();
    expect(sum({ files: null, isWhole: false }, { affected: [], restore: null })).toBeNull();
  });

  it("counts each thing, and says what nobody knows", () => {
    expect(
      sum({
        files: 12,
        migrations: { shown: ["a"], count: 3 },
        changedAgain: listed("a"),
        workflows: listed("b"),
        locks: listed("c", "d"),
        packages: [published("npm", "w"), published("npm", "v"), published("actions", "w")],
      }),
    ).toBe(
      "3 migrations; 1 file of 12 changed again since; 1 workflow file; 2 lock files; installed from npm, GitHub Actions",
    );
    expect(sum({ isWhole: false, locks: listed("c") })).toBe("at least 1 lock file");
    expect(sum(null)).toBe("which files it changed is not read yet");
    expect(sum({ files: null, isWhole: false })).toBe("nobody could read which files it changed");
  });

  it("counts what Latest goes without", () => {
    const { affected } = ASKED;
    const shown = [{ number: 44, title: "fix: sort", author: "alice" }];
    expect(sum({}, { affected, loses: { shown, count: 1 } })).toBe(
      "1 pull request with 1 fix lost until the next release",
    );
    expect(sum({}, { affected, loses: { shown, count: 30 } })).toContain(
      "with at least 1 fix lost",
    );
    expect(sum({}, { affected, loses: { shown: [], count: 2 } })).toBe(
      "2 pull requests lost until the next release",
    );
    expect(sum({}, { affected, loses: null })).toBe(
      "what 1 release brought lost until the next release",
    );
    expect(sum({}, { affected, loses: { shown: [], count: 0 } })).toBeNull();
    expect(sum({}, { affected, good: null })).toBeNull();
  });
});
