import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../src/core/batch.ts";
import {
  isDependencyUpdate,
  isSecurityUpdate,
  judgeRiding,
} from "../../src/core/dependency-bots.ts";
import type { Pull } from "../../src/core/pull.ts";
import type { Actor, LineState } from "../../src/core/state.ts";
import {
  ALICE,
  batchOf,
  commit,
  DAY,
  label,
  lineState,
  MINUTE,
  NOON,
  pull,
  ROBOT,
  sha,
} from "../support/states.ts";

const bot = (login: string): Actor => ({ id: 77, login, isBot: login.endsWith("[bot]") });
const RENOVATE = bot("renovate[bot]");

/** The only unit of a squashed pull. */
function unitOf(change: Partial<Pull> & { readonly message?: string }) {
  const [judged] = judgeBatch(
    batchOf([{ title: "Bump lodash from 4.17.20 to 4.17.21", ...change }]),
  ).units;
  if (judged === undefined) throw new Error("there is one unit");
  return judged.unit;
}

describe("a dependency update by bots alone", () => {
  it.each<[string, string, string, boolean]>([
    [
      "Dependabot, whatever its title",
      "dependabot[bot]",
      "Bump lodash from 4.17.20 to 4.17.21",
      true,
    ],
    ["Renovate", "renovate[bot]", "Update dependency lodash to v4", true],
    ["Renovate on a server of one's own, as a person", "renovate-bot", "chore(deps): x", true],
    ["another bot, by its title", "acme-updates[bot]", "chore(deps): update lodash", true],
    ["another bot, with a fix", "acme-updates[bot]", "fix(deps-dev): update jest", true],
    ["another bot, with a build", "acme-updates[bot]", "build(npm/deps)!: update lodash", true],
    ["another bot, with the type", "acme-updates[bot]", "deps: update lodash", true],
    ["no bot for something else", "acme-updates[bot]", "fix: widths", false],
    ["no scope that only begins so", "acme-updates[bot]", "chore(depsx): tidy", false],
    ["no person", "alice", "chore(deps): update lodash", false],
    ["no coding agent", "copilot-swe-agent[bot]", "chore(deps): update lodash", false],
  ])("is one of %s", (_, login, title, is) => {
    const author = bot(login);
    expect(isDependencyUpdate(unitOf({ author, title }))).toBe(is);
  });

  it.each<[string, string, boolean]>([
    [
      "the trailers of the bot itself",
      "Signed-off-by: dependabot[bot] <support@github.com>\nCo-authored-by: dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
      true,
    ],
    ["a person who worked on it", "Co-authored-by: Alice <alice@example.com>", false],
    ["an agent who worked on it", "Co-authored-by: Claude <noreply@anthropic.com>", false],
  ])("is told by %s", (_, message, is) => {
    expect(isDependencyUpdate(unitOf({ author: ROBOT, message }))).toBe(is);
  });

  it.each<[string, Actor, boolean]>([
    ["the bot", ROBOT, true],
    ["the bot under its name without a suffix", { id: 1, login: "dependabot", isBot: false }, true],
    ["nobody GitHub knows", { id: null, login: "ghost", isBot: false }, true],
    ["a person", ALICE, false],
  ])("has commits on its branch by %s: %s", (_, author, is) => {
    const own = pull(3, { author: ROBOT, mergeSha: sha(5), commitCount: 2 });
    const state: Partial<LineState> = {
      commits: [
        commit(5, { parents: [sha(1), sha(4)], author: ALICE, pulls: [3] }),
        commit(4, { parents: [sha(3)], author, pulls: [3] }),
        commit(3, { parents: [sha(1)], author: ROBOT, pulls: [3] }),
      ],
      pulls: [own],
    };
    const [judged] = judgeBatch(lineState(state)).units;
    expect(judged?.unit.kind).toBe("merge");
    expect(judged && isDependencyUpdate(judged.unit)).toBe(is);
  });

  it("is no commit that was pushed without a pull", () => {
    const state = lineState({ commits: [commit(2, { author: ROBOT })], pulls: [] });
    expect(judgeBatch(state).units.map(({ unit }) => isDependencyUpdate(unit))).toEqual([false]);
  });
});

/** The end of what Dependabot writes under every update. */
const COMMANDS =
  "<details>\n<summary>Dependabot commands and options</summary>\n<br />\n\n" +
  "- `@dependabot rebase` will rebase this PR\n";

/** Release notes that quote an advisory: the update itself need not be one for security. */
const QUOTED =
  "<details>\n<summary>Release notes</summary>\n<p><em>Sourced from lodash's releases.</em></p>\n" +
  "<blockquote>\n<h2>4.17.21</h2>\n<li>Fixes CVE-2021-23337 (GHSA-35jh-r3h4-6jhm)</li>\n</blockquote>\n</details>\n";

describe("a security update", () => {
  it.each<[string, Partial<Pull>, boolean]>([
    [
      "Dependabot's last sentence",
      {
        author: ROBOT,
        body: `Bumps lodash.\n${QUOTED}${COMMANDS}You can disable automated security fix PRs for this repo from the [Security Alerts page](https://github.com/acme/widgets/network/alerts).\n\n</details>`,
      },
      true,
    ],
    [
      "Dependabot's section of earlier days",
      {
        author: ROBOT,
        body: "Bumps commons-compress from 1.20 to 1.21. **This update includes security fixes.**\n<details>\n<summary>Vulnerabilities fixed</summary>\n",
      },
      true,
    ],
    [
      "no update of Dependabot's whose release notes name one",
      { author: ROBOT, body: `${QUOTED}${COMMANDS}` },
      false,
    ],
    [
      "Renovate's suffix",
      { author: RENOVATE, title: "fix(deps): update lodash to v4 [SECURITY]" },
      true,
    ],
    ["a prefix", { author: ROBOT, title: "[Security] Bump lodash from 1 to 2" }, true],
    [
      "Renovate's list of alerts",
      {
        author: RENOVATE,
        body: "| Package | Change |\r\n|---|---|\r\n| black | `==25` |\r\n\r\n### GitHub Vulnerability Alerts\r\n\r\n#### [CVE-2026-32274](https://redirect.github.com/psf/black/security/advisories/GHSA-3936-cmfr-pm3m)\r\n\r\nBlack writes a file",
      },
      true,
    ],
    [
      "Renovate's advisories from OSV",
      {
        author: RENOVATE,
        body: "---\n\n### Prototype pollution in lodash\n[CVE-2021-23337](https://nvd.nist.gov/vuln/detail/CVE-2021-23337) / [GHSA-35jh-r3h4-6jhm](https://github.com/advisories/GHSA-35jh-r3h4-6jhm)\n\n<details>\n<summary>More information</summary>\n\n#### Details\n",
      },
      true,
    ],
    [
      "no advisory in Renovate's release notes",
      {
        author: RENOVATE,
        body: "### Release Notes\n\n- fixes [CVE-2021-23337](https://nvd.nist.gov/x)\n\n<details>",
      },
      false,
    ],
    ["no words of a person", { author: ALICE, title: "fix: x [SECURITY]" }, false],
  ])("is told by %s", (_, change, is) => {
    expect(isSecurityUpdate(unitOf(change))).toBe(is);
  });

  it("is a pull request: a commit that was pushed is none", () => {
    const update = unitOf({ author: RENOVATE, title: "chore(deps): update lodash [SECURITY]" });
    expect(isSecurityUpdate(update)).toBe(true);
    expect(isSecurityUpdate({ ...update, pull: null })).toBe(false);
  });

  it("is looked for in hostile texts without end (the square of these would take minutes)", () => {
    const bodies = [
      "### Vulnerability Alerts\n\n\n",
      "[CVE-1](https://x) ",
      "\n".repeat(9),
      "A-1 / ",
    ];
    for (const part of bodies) {
      const body = part.repeat(Math.ceil(200_000 / part.length));
      expect(isSecurityUpdate(unitOf({ author: RENOVATE, body }))).toBe(false);
    }
  });
});

const update = (change: Partial<Pull> = {}) => ({
  title: "chore(deps): update lodash",
  author: RENOVATE,
  ...change,
});
const judge = (changes: Parameters<typeof batchOf>[0], now = NOON) =>
  judgeRiding(judgeBatch(batchOf(changes)).units, now);

describe("dependency updates", () => {
  const patch = update({ title: "fix(deps): update lodash" });

  it("ride along until a week after the first", () => {
    const first = NOON - 3 * DAY;
    const changes = [
      { ...patch, mergedAt: first },
      { ...patch, mergedAt: NOON - MINUTE },
    ];
    expect(judge(changes)).toBe(first + 7 * DAY);
    expect(judge(changes, first + 7 * DAY - 1)).toBe(first + 7 * DAY);
    expect(judge(changes, first + 7 * DAY)).toBeNull();
  });

  it.each<[string, Parameters<typeof batchOf>[0]]>([
    ["where somebody else asks for a release", [patch, { title: "fix: a" }]],
    ["where one is for security", [patch, update({ title: "fix(deps): update x [SECURITY]" })]],
    ["where one is labelled so, by anybody", [{ ...patch, labels: [label("security")] }]],
    ["where nothing asks for a release", [update()]],
  ])("do not wait %s", (_, changes) => {
    expect(judge(changes)).toBeNull();
  });

  it("wait also beside what rides along anyway", () => {
    expect(judge([patch, { title: "docs: explain" }])).not.toBeNull();
  });
});
