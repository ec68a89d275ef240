import { beforeEach, describe, expect, it } from "@jest/globals";
import { mergePull } from "../../src/local-github/merge.ts";
import { isPull } from "../../src/local-github/pull-heads.ts";
import { commitFiles, createUser } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";
import { filesOn, messagesOn, openPull } from "./pull-steps.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const merge = (number: number, body: object = {}, by = world.as("wilma")) =>
  by("PUT", `{repo}/pulls/${number}/merge`, body);
const mainSha = () => local.github.git.resolve(world.repository.id, "refs/heads/main");
const owner = () => local.github.owner(world.repository).login;
const TEXT = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

const openIssue = async () => {
  const { body } = await world.as("wilma")("POST", "{repo}/issues", { title: "Broken" });
  return body.number as number;
};

const stateOf = (number: number) => local.github.issue(world.repository.id, number)?.state;

describe("merging", () => {
  it("keeps everything of 50 pulls that were opened from one base", async () => {
    const { github } = local;
    const from = world.head;
    for (let index = 0; index < 50; index += 1) {
      await openPull(local, world, {
        branch: `work-${index}`,
        from,
        commits: [{ message: `feat: ${index}`, files: { [`files/${index}.txt`]: `${index}\n` } }],
      });
    }
    const pulls = github.data.issues.filter(isPull);
    const methods = ["merge", "squash", "rebase"] as const;
    const [token] = github.data.tokens.filter(({ userId }) => userId !== null);
    const account = github.account(token?.userId ?? 0);
    if (token === undefined) throw new Error("nobody has a token");
    for (const [index, issue] of pulls.entries()) {
      await mergePull(
        github,
        world.repository,
        issue,
        { kind: "user", account, token },
        {
          method: methods[index % 3] ?? "merge",
          sha: issue.pull.headSha,
          title: null,
          message: null,
        },
      );
    }
    const files = await filesOn(local, world);
    const kept = Object.keys(files).filter((path) => path.startsWith("files/"));
    expect(kept).toHaveLength(50);
    expect(pulls.every(({ pull, state }) => pull.merged && state === "closed")).toBe(true);
  }, 60_000);

  it.each(["merge", "squash", "rebase"])("joins both sides of one file by %s", async (method) => {
    const base = await commitFiles(local.github, world.repository, {
      branch: "main",
      message: "text",
      files: { "text.txt": TEXT },
    });
    const pull = await openPull(local, world, {
      branch: "work",
      from: base,
      commits: [{ message: "top", files: { "text.txt": TEXT.replace("one", "ONE") } }],
    });
    await commitFiles(local.github, world.repository, {
      branch: "main",
      message: "bottom",
      files: { "text.txt": TEXT.replace("seven", "SEVEN") },
    });
    const { status, body } = await merge(pull.number, { merge_method: method });
    expect([status, body.merged, body.sha]).toEqual([200, true, await mainSha()]);
    expect((await filesOn(local, world))["text.txt"]).toBe(
      TEXT.replace("one", "ONE").replace("seven", "SEVEN"),
    );
  });

  it.each(["merge", "squash", "rebase"])("refuses a conflict by %s with 405", async (method) => {
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "theirs", files: { "text.txt": "theirs\n" } }],
    });
    await commitFiles(local.github, world.repository, {
      branch: "main",
      message: "ours",
      files: { "text.txt": "ours\n" },
    });
    const before = await mainSha();
    const { status, body } = await merge(pull.number, { merge_method: method });
    expect([status, body.message]).toEqual([405, "Pull Request is not mergeable"]);
    expect(await mainSha()).toBe(before);
    const seen = await world.as("wilma")("GET", `{repo}/pulls/${pull.number}`);
    expect(seen.body).toMatchObject({ state: "open", mergeable: false, mergeable_state: "dirty" });
  });

  it("answers 409 when the head moved on since it was looked at", async () => {
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
    });
    const files = { "b.txt": "b" };
    await commitFiles(local.github, world.repository, { branch: "work", message: "b", files });
    const { status, body } = await merge(pull.number, { sha: pull.head.sha });
    expect(status).toBe(409);
    expect(body.message).toBe("Head branch was modified. Review and try the merge again.");
  });

  it.each([
    ["a draft", { draft: true }, {}, "Pull Request is still a draft"],
    ["a method that is off", {}, { merge_method: "rebase" }, /^Rebase merges are not allowed/],
  ])("refuses %s with 405", async (_, more, body, message) => {
    world.repository.allowRebaseMerge = false;
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
      ...more,
    });
    const answer = await merge(pull.number, body);
    expect(answer.status).toBe(405);
    expect(answer.body.message).toMatch(message);
  });

  it("refuses what was merged or closed already with 405", async () => {
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
    });
    expect((await merge(pull.number)).status).toBe(200);
    expect((await merge(pull.number)).status).toBe(405);
    const reopened = await world.as("wilma")("PATCH", `{repo}/pulls/${pull.number}`, {
      state: "open",
    });
    expect(reopened.status).toBe(422);
  });
});

describe("required checks", () => {
  const PROTECTION = {
    required_status_checks: { strict: false, contexts: ["ci"] },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  };

  it.each(["protection", "ruleset"])("of a %s hold a merge until they are green", async (kind) => {
    const admin = world.as("owner");
    const set =
      kind === "protection"
        ? await admin("PUT", "{repo}/branches/main/protection", PROTECTION)
        : await admin("POST", "{repo}/rulesets", {
            name: "main",
            target: "branch",
            enforcement: "active",
            conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
            rules: [
              {
                type: "required_status_checks",
                parameters: {
                  strict_required_status_checks_policy: false,
                  required_status_checks: [{ context: "ci" }],
                },
              },
            ],
          });
    expect([200, 201]).toContain(set.status);
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
    });
    expect(pull.mergeable_state).toBe("blocked");
    const refused = await merge(pull.number);
    expect([refused.status, refused.body.message]).toEqual([
      405,
      'Required status check "ci" is expected.',
    ]);
    const status = { state: "success", context: "ci" };
    await world.as("wilma")("POST", `{repo}/statuses/${pull.head.sha}`, status);
    expect((await merge(pull.number)).status).toBe(200);
  });

  it("of a protection do not bind administrators unless it says so", async () => {
    const protection = { ...PROTECTION, enforce_admins: false };
    await world.as("owner")("PUT", "{repo}/branches/main/protection", protection);
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
    });
    expect((await merge(pull.number)).status).toBe(405);
    expect((await merge(pull.number, {}, world.as("owner"))).status).toBe(200);
  });
});

describe("the message of a merge", () => {
  const COMMITS = [
    { message: "first part\n\nwith a reason", files: { "a.txt": "a" } },
    { message: "second part", files: { "b.txt": "b" } },
  ];

  it("names pull and branch for a merge commit, which has both parents", async () => {
    const pull = await openPull(local, world, { branch: "work", commits: COMMITS, title: "Do it" });
    const { body } = await merge(pull.number);
    expect((await messagesOn(local, world))[0]).toBe(
      `Merge pull request #${pull.number} from ${owner()}/work\n\nDo it`,
    );
    const commit = await local.github.git.commit(world.repository.id, body.sha);
    expect(commit?.parents).toEqual([world.head, pull.head.sha]);
    expect(commit?.signature?.isVerified).toBe(true);
  });

  it("is title and number for a squash of several commits, which stand below", async () => {
    const pull = await openPull(local, world, { branch: "work", commits: COMMITS, title: "Do it" });
    const { body } = await merge(pull.number, { merge_method: "squash" });
    const [message] = await messagesOn(local, world);
    expect(message).toMatch(
      new RegExp(
        `^Do it \\(#${pull.number}\\)\n\n\\* first part\n\nwith a reason\n\n\\* second part`,
      ),
    );
    const commit = await local.github.git.commit(world.repository.id, body.sha);
    expect(commit?.parents).toEqual([world.head]);
  });

  it.each([
    ["COMMIT_OR_PR_TITLE", "COMMIT_MESSAGES", /^first part \(#\d+\)\n\nwith a reason/],
    ["PR_TITLE", "PR_BODY", /^Do it \(#\d+\)\n\nWhy not/],
    ["PR_TITLE", "BLANK", /^Do it \(#\d+\)/],
  ] as const)("of one squashed commit follows %s and %s", async (title, message, expected) => {
    world.repository.squashMergeCommitTitle = title;
    world.repository.squashMergeCommitMessage = message;
    const pull = await openPull(local, world, {
      branch: "work",
      commits: COMMITS.slice(0, 1),
      title: "Do it",
      body: "Why not",
    });
    await merge(pull.number, { merge_method: "squash" });
    expect((await messagesOn(local, world))[0]).toMatch(expected);
  });

  it("is what the caller wants", async () => {
    const pull = await openPull(local, world, { branch: "work", commits: COMMITS });
    const text = { commit_title: "Mine", commit_message: "and only mine" };
    await merge(pull.number, { merge_method: "squash", ...text });
    expect((await messagesOn(local, world))[0]).toBe("Mine\n\nand only mine");
  });

  it("stays that of each commit in a rebase, and so does the author", async () => {
    const { login, id } = createUser(local.github, `erin-${world.repository.id}`);
    const commits = COMMITS.map((commit) => ({ ...commit, author: login }));
    const pull = await openPull(local, world, { branch: "work", commits });
    await world.commit("meanwhile");
    const { body } = await merge(pull.number, { merge_method: "rebase" });
    expect((await messagesOn(local, world)).slice(0, 3)).toEqual([
      "second part",
      "first part\n\nwith a reason",
      "meanwhile",
    ]);
    const commit = await local.github.git.commit(world.repository.id, body.sha);
    expect(commit?.author.email).toBe(`${id}+${login}@users.noreply.github.com`);
    expect(commit?.committer.name).toMatch(/^wilma/);
    expect(commit?.sha).not.toBe(pull.head.sha);
  });
});

describe("closing words", () => {
  it.each([
    ["fixes #%", "closed"],
    ["Closed: #%", "closed"],
    ["RESOLVE OWNER/widgets#%", "closed"],
    ["prefixes #%", "open"],
    ["see #%", "open"],
    ["fixes other/widgets#%", "open"],
  ])("in the body of a pull: `%s` leaves it %s", async (words, state) => {
    const number = await openIssue();
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
      body: words.replace("%", String(number)).replace("OWNER", owner()),
    });
    expect(stateOf(number)).toBe("open");
    await merge(pull.number);
    expect(stateOf(number)).toBe(state);
  });

  it("in a commit count when it reaches the default branch, and no other", async () => {
    const number = await openIssue();
    const message = `fix: it\n\nfixes #${number}`;
    const files = { "a.txt": "a" };
    const branch = "work";
    await commitFiles(local.github, world.repository, {
      branch,
      message,
      files,
      parents: [world.head],
    });
    expect(stateOf(number)).toBe("open");
    await commitFiles(local.github, world.repository, { branch: "main", message, files });
    expect(stateOf(number)).toBe("closed");
  });
});

describe("POST merges", () => {
  it.each([
    ["merges a branch", "work", { "w.txt": "w" }, 201],
    ["has nothing to do for an old commit", "HEAD", {}, 204],
    ["answers 404 for an unknown head", "nowhere", {}, 404],
    ["answers 409 for a conflict", "work", { "clash.txt": "theirs" }, 409],
  ])("%s", async (_, head, files, status) => {
    if (head === "work") {
      const input = { branch: "work", message: "work", files, parents: [world.head] };
      await commitFiles(local.github, world.repository, input);
    }
    const clash = { "clash.txt": "ours" };
    await commitFiles(local.github, world.repository, {
      branch: "main",
      message: "m",
      files: clash,
    });
    const body = { base: "main", head: head === "HEAD" ? world.head : head };
    const answer = await world.as("wilma")("POST", "{repo}/merges", body);
    expect(answer.status).toBe(status);
  });
});
