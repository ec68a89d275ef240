import { beforeAll, describe, expect, it } from "@jest/globals";
import { createCheckRun } from "../../src/local-github/checks.ts";
import { renderMarkdown, type References } from "../../src/local-github/pages/markdown.ts";
import {
  mergePull,
  openIssue,
  openPull,
  setStatus,
  type Person,
  type Place,
} from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const HOSTILE = `<img src=x onerror=alert(1)><script>alert(2)</script>"' @ada`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'";

/** Every tag that a page may hold, raw HTML of Markdown included. */
const TAGS = new Set(
  `a article aside blockquote body circle code del details div em footer h1 h2 h3 h4 h5 h6 head
  header hr html input li main meta nav ol p path pre section span strong style sub summary sup svg
  table tbody td th thead time title tr ul br`.split(/\s+/),
);

const local = useLocalGitHub();

const world = {} as {
  ada: Person;
  place: Place;
  fixSha: string;
  fixNumber: number;
  openNumber: number;
  issueNumber: number;
  runId: number;
};

type Blank = "fixSha" | "fixNumber" | "openNumber" | "issueNumber" | "runId";

/** Puts what came to be in `beforeAll` into `{blanks}`. */
function fill(text: string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: Blank) => String(world[name]));
}

async function send(path: string, options: { by?: Person; method?: string; body?: unknown } = {}) {
  return fetch(`${local.url}${path}`, {
    method: options.method ?? "GET",
    redirect: "manual",
    headers: options.by ? { authorization: `Bearer ${options.by.token}` } : {},
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
}

async function open(path: string, by?: Person): Promise<{ status: number; html: string }> {
  const answer = await send(path, by ? { by } : {});
  return { status: answer.status, html: await answer.text() };
}

async function readJson(path: string): Promise<unknown> {
  const answer = await send(path, { by: world.ada });
  expect(answer.status).toBe(200);
  return answer.json();
}

beforeAll(async () => {
  const { github } = local;
  const ada = { login: "ada", token: "" };
  createUser(github, "ada");
  ada.token = userToken(github, "ada");
  createOrganization(github, "acme", { admins: ["ada"] });
  const repository = await createRepository(github, "acme", "widgets");
  repository.description = "Small parts for large things";
  await createRepository(github, "acme", "secret", { private: true });
  const first = await commitFiles(github, repository, {
    branch: "main",
    message: "Start the widgets",
    files: { "README.md": "# Widgets\n\nRead **me**.\n", "src/size.js": "export {};\n" },
  });
  const { app } = await createApp(github, { slug: "smallbatch" });
  install(github, app, "acme", { repositories: "all" });
  const place = { apiUrl: local.apiUrl, owner: "acme", name: "widgets" };

  const issueNumber = await openIssue(place, ada, "Sizes below zero");
  const fixNumber = await openPull(place, ada, {
    branch: "topic/fix",
    path: "src/size.js",
    text: "export const isSize = (n) => n >= 0;\n",
    title: "fix: refuse negative sizes",
    body: `Fixes #${issueNumber}\n\n${HOSTILE}`,
  });
  const fixSha = await mergePull(place, ada, fixNumber);
  await setStatus(place, ada, fixSha, "failure");
  const run = createCheckRun(
    github,
    repository,
    { appId: app.id, accountId: app.botId },
    {
      name: "smallbatch/release",
      headSha: fixSha,
      headBranch: "main",
      conclusion: "neutral",
      output: {
        title: "held: 1 check failed",
        summary: `**ci/test** failed\n\n${HOSTILE}`,
        text: null,
      },
    },
  );
  const openNumber = await openPull(place, ada, {
    branch: "work/feature",
    path: "src/stack.js",
    text: "export {};\n",
    title: HOSTILE,
  });
  await send(`/repos/acme/widgets/issues/${fixNumber}/comments`, {
    by: ada,
    method: "POST",
    body: { body: "<!-- smallbatch:released -->\nReleased in v1.0.1." },
  });
  await publishRelease(github, repository, { tag: "v1.0.0", sha: first, authorLogin: "ada" });
  await publishRelease(github, repository, {
    tag: "v1.0.1",
    sha: fixSha,
    authorLogin: "smallbatch[bot]",
    body: `### Fixes\n\n- negative sizes (#${fixNumber})\n\n<details>\n<summary>Card</summary>\n\n${HOSTILE}\n\n</details>\n<!-- card -->`,
  });
  await publishRelease(github, repository, {
    tag: "pkg/v1.1.0-rc.1",
    sha: fixSha,
    authorLogin: "ada",
    prerelease: true,
  });
  await send("/repos/acme/widgets/releases", {
    by: ada,
    method: "POST",
    body: { tag_name: "v2.0.0", name: "Not yet", draft: true },
  });
  Object.assign(world, { ada, place, fixSha, fixNumber, openNumber, issueNumber, runId: run.id });
});

describe("pages", () => {
  it.each([
    ["/", ["acme/widgets", "not GitHub"]],
    ["/acme", ["Organization", "acme/widgets", "ada"]],
    [
      "/acme/widgets",
      ["Small parts for large things", "Start the widgets", "v1.0.1", "Read <strong>me"],
    ],
    ["/acme/widgets/releases", ["Latest", "Pre-release", "<summary>Card</summary>"]],
    ["/acme/widgets/releases/tag/v1.0.1", ["smallbatch[bot]", "<h3>Fixes</h3>", "Latest"]],
    ["/acme/widgets/releases/tag/pkg%2Fv1.1.0-rc.1", ["pkg/v1.1.0-rc.1", "Pre-release"]],
    ["/acme/widgets/tags", ["v1.0.0", "v1.0.1"]],
    ["/acme/widgets/pulls", ["2 all", "1 open", "refuse negative sizes"]],
    ["/acme/widgets/pulls?state=open", ["2 all", "&lt;img src=x onerror"]],
    [
      "/acme/widgets/pull/{fixNumber}",
      ["Merged", "Released in v1.0.1", "ci/test", "held: 1 check failed", "topic/fix", "isSize"],
    ],
    ["/acme/widgets/pull/{openNumber}", ["Open", "work/feature"]],
    ["/acme/widgets/issues", ["Sizes below zero"]],
    ["/acme/widgets/issues/{issueNumber}", ["Sizes below zero", "Closed"]],
    [
      "/acme/widgets/commits/main",
      ["refuse negative sizes", "Start the widgets", "Some checks failed"],
    ],
    ["/acme/widgets/commits/topic/fix", ["Start the widgets"]],
    ["/acme/widgets/commit/{fixSha}", ["refuse negative sizes", "v1.0.1", "+export const isSize"]],
    [
      "/acme/widgets/commit/{fixSha}/checks",
      ["neutral", "held: 1 check failed", "<strong>ci/test</strong>", "failure"],
    ],
    ["/acme/widgets/compare/v1.0.0...v1.0.1", ["1 commit ahead", "src/size.js"]],
    ["/acme/widgets/tree/main", ["README.md", "src/"]],
    ["/acme/widgets/blob/main/src/size.js", ["isSize"]],
  ])("show %s", async (pattern, words) => {
    const path = fill(pattern);
    const answer = await send(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(answer.headers.get("content-security-policy")).toBe(POLICY);
    const html = await answer.text();
    for (const word of words) expect(html).toContain(word);
  });

  it("lead nowhere but to each other, and hold only harmless tags, whatever people wrote", async () => {
    const seen = new Set<string>();
    const waiting = ["/"];
    const broken: string[] = [];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const { status, html } = await open(path, world.ada);
      if (status !== 200) broken.push(`${status} ${path}`);
      for (const [tag, name = ""] of html.matchAll(/<\/?([a-zA-Z][\w-]*)[^>]*>/g)) {
        if (!TAGS.has(name) || /\son\w+=/i.test(tag)) broken.push(`${tag} on ${path}`);
      }
      for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) {
        const url = new URL(href.replaceAll("&amp;", "&"), `${local.url}${path}`);
        if (url.origin === local.url) waiting.push(`${url.pathname}${url.search}`);
        else broken.push(`${href} on ${path}`);
      }
    }
    expect(broken).toEqual([]);
    expect([...seen]).toEqual(
      expect.arrayContaining([
        `/acme/widgets/pull/${world.openNumber}`,
        `/acme/widgets/commit/${world.fixSha}/checks`,
        "/acme/widgets/blob/main/src/size.js",
      ]),
    );
  });

  it("stand at every html_url that the API answers", async () => {
    const answers = await Promise.all(
      [
        "",
        "/pulls?state=all",
        "/issues?state=all",
        "/releases",
        "/commits",
        "/contents/src/size.js",
      ]
        .concat(`/commits/${world.fixSha}/check-runs`, `/issues/${world.fixNumber}/comments`)
        .map((path) => readJson(`/repos/acme/widgets${path}`)),
    );
    const urls = [...JSON.stringify(answers).matchAll(/"html_url":"([^"]+)"/g)]
      .map(([, url = ""]) => url.slice(local.url.length))
      // The page of an App has the address of an API route.
      .filter((path) => !path.startsWith("/apps/"));
    const distinct = [...new Set(urls.map((path) => path.replace(/#.*/, "")))];
    const statuses = await Promise.all(
      distinct.map(async (path) => [path, (await followTo(path)).status]),
    );
    expect(statuses).toEqual(distinct.map((path) => [path, 200]));
    expect(distinct.length).toBeGreaterThan(8);
  });

  it.each([
    ["/acme/widgets/issues/{fixNumber}", "/acme/widgets/pull/{fixNumber}"],
    ["/acme/widgets/pull/{issueNumber}", "/acme/widgets/issues/{issueNumber}"],
    ["/acme/widgets/releases/latest", "/acme/widgets/releases/tag/v1.0.1"],
    ["/acme/widgets/runs/{runId}", "/acme/widgets/commit/{fixSha}/checks#run-{runId}"],
  ])("move from %s to %s", async (from, to) => {
    const answer = await send(fill(from));
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe(fill(to));
  });

  it("follow a repository to its new name", async () => {
    const repository = local.github.findRepository("acme", "widgets")?.repository;
    repository?.formerNames.push("acme/gadgets");
    const answer = await send("/acme/gadgets/releases?page=1");
    expect(answer.headers.get("location")).toBe("/acme/widgets/releases?page=1");
  });

  it.each([
    "/nobody",
    "/acme/nothing",
    "/acme/widgets/pull/999",
    "/acme/widgets/commit/abc",
    "/acme/widgets/releases/tag/v9",
    "/acme/widgets/compare/v1.0.0...v9",
    "/acme/widgets/runs/1",
    "/acme/widgets/tree/main/nothing",
  ])("say that nothing is at %s", async (path) => {
    const { status, html } = await open(path);
    expect(status).toBe(404);
    expect(html).toContain("Nothing here");
  });

  it.each([
    "/repos/acme/nothing",
    "/repos/acme/widgets/nothing",
    "/users/nobody",
    "/user/nothing",
    "/acme/widgets.git/info/nothing",
    "/acme/widgets.git",
  ])("leave %s to the API and to git", async (path) => {
    const { status, html } = await open(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(html).not.toContain("<html");
  });
});

describe("what is private", () => {
  it.each(["/acme/secret", "/acme/secret/pulls", "/acme/secret/commits/main"])(
    "is not at %s for nobody, nor for a token that may not read",
    async (path) => {
      createUserOnce("otto");
      const otto = { login: "otto", token: userToken(local.github, "otto") };
      for (const by of [undefined, otto, { login: "x", token: "wrong" }]) {
        const { status, html } = await open(path, by);
        expect(status).toBe(404);
        expect(html).not.toContain("secret");
      }
    },
  );

  it("is shown to a token that may read", async () => {
    expect((await open("/")).html).not.toContain("secret");
    expect((await open("/", world.ada)).html).toContain("acme/secret");
    expect((await open("/acme/secret", world.ada)).status).toBe(200);
  });

  it("is a draft, for all who may not write", async () => {
    expect((await open("/acme/widgets/releases")).html).not.toContain("Not yet");
    expect((await open("/acme/widgets/releases", world.ada)).html).toMatch(/Not yet[^]*Draft/);
  });
});

describe("Markdown", () => {
  const references: References = {
    issueUrl: (number) => (number === 12 ? "/acme/widgets/pull/12" : null),
    accountUrl: (login) => (login === "ada" ? "/ada" : null),
    nameOfUrl: (url) => (url.startsWith("http://127.0.0.1/") ? "here" : null),
  };
  const check = (text: string, html: string) =>
    expect(String(renderMarkdown(text, references)).trim()).toBe(html);

  it.each([
    ["a <!-- hidden\nmarker --> b", "<p>a <!----> b</p>"],
    ["<!-- begins a block -->", "<!---->"],
    ["<!-- never ends\n\n# gone", "<!---->"],
    [
      "<details>\n<summary>S</summary>\n\n*x*\n\n</details>",
      "<details>\n<summary>S</summary>\n<p><em>x</em></p>\n</details>",
    ],
    ["<details ontoggle=x>", "&lt;details ontoggle=x&gt;"],
    ["<details>", "<details></details>"],
    ["x</details>", "<p>x</p>"],
    ["<sub>x</sub> y", "<p><sub>x</sub> y</p>"],
    ["x<br>y<br onclick=x>", "<p>x<br>y&lt;br onclick=x&gt;</p>"],
    ["<sub onclick=x>", "&lt;sub onclick=x&gt;"],
    ["<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"],
    ["<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"],
    ["[x](javascript:alert)", '<p><a href="">x</a></p>'],
    [
      "![x](http://example.com/y.png)",
      '<p><span class="picture" title="http://example.com/y.png">x</span></p>',
    ],
    ["#12, #13", '<p><a href="/acme/widgets/pull/12">#12</a>, #13</p>'],
    ["@ada @otto x@ada", '<p><a href="/ada">@ada</a> @otto x@ada</p>'],
    ["@<!-- -->ada", "<p>@<!---->ada</p>"],
    ["`#12 @ada`", "<p><code>#12 @ada</code></p>"],
    ["http://127.0.0.1/x", '<p><a href="http://127.0.0.1/x">here</a></p>'],
    ["~~x~~", "<p><del>x</del></p>"],
  ])("renders %j", (text, html) => {
    check(text, html);
  });
});

async function followTo(path: string): Promise<Response> {
  const answer = await send(path, { by: world.ada });
  const location = answer.headers.get("location");
  return location === null ? answer : send(location.replace(/#.*/, ""), { by: world.ada });
}

function createUserOnce(login: string): void {
  if (local.github.accountByLogin(login) === null) createUser(local.github, login);
}
