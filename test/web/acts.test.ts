import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { keyOfLine } from "../../src/core/desk/desk-box.ts";
import { revokeGrant } from "../../src/local-github/logins.ts";
import { mergePull, openPull } from "../../src/local-github/person.ts";
import { publishRelease } from "../../src/local-github/seed-release.ts";
import { commitFiles, userToken } from "../../src/local-github/seed.ts";
import type { Repository } from "../../src/local-github/world.ts";
import { PEOPLE, useLoginWorld } from "../support/login-world.ts";
import type { Browser, Got, PersonLogin } from "../support/login-world.ts";

const world = useLoginWorld();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let pulls = 0;

/** The repository that everybody sees. */
function repository(): Repository {
  return world.github.open;
}

function place() {
  return { apiUrl: world.local.apiUrl, owner: "acme", name: repository().name };
}

function personOf(login: PersonLogin) {
  return { login, token: userToken(world.local.github, login) };
}

async function merge(title: string): Promise<number> {
  pulls += 1;
  const change = { branch: `work-${pulls}`, path: `src/${pulls}.js`, text: "1\n", title };
  const number = await openPull(place(), personOf("wilma"), { ...change, body: "" });
  await mergePull(place(), personOf("mona"), number);
  return number;
}

/** As workers do: until nothing is due within a minute. */
async function work(): Promise<void> {
  for (let looks = 0; looks < 6; looks += 1) {
    await world.settle();
    await world.look(repository());
    world.time.now += MINUTE;
  }
  await world.settle();
}

/** What stands on the local GitHub. */
function stands() {
  const { data } = world.local.github;
  const { id } = repository();
  const releases = data.releases.filter((each) => each.repositoryId === id && !each.draft);
  const issues = data.issues.filter((each) => each.repositoryId === id && !each.pull);
  const nameOf = (accountId: number) => world.local.github.account(accountId).login;
  return {
    tags: releases.map(({ tagName }) => tagName).toSorted(),
    latest: releases.filter(({ prerelease }) => !prerelease).map(({ tagName }) => tagName),
    issues: issues.map(({ title, state }) => `${title} (${state})`),
    desk: issues.find(({ title }) => title === "Release desk")?.body ?? "",
    said: data.comments
      .filter((each) => each.repositoryId === id && each.body.startsWith("/"))
      .map(({ body, authorId }) => `${nameOf(authorId)}: ${body}`),
  };
}

const LINE = () =>
  keyOfLine({ repositoryId: repository().id, branch: "main", component: "", channel: "stable" });
const actAt = (rest: string) => `/r/acme/${repository().name}/act/${rest}`;
const HOLD = () => actAt("hold?branch=main");
const RESUME = () => actAt("resume?branch=main");
const PUBLISH = () => actAt(`publish?line=${LINE()}`);
const rollBack = (tag: string) => actAt(`rollback?tag=${encodeURIComponent(tag)}`);

async function browserOf(login: PersonLogin): Promise<Browser> {
  const browser = world.browser();
  expect(await browser.logIn(login)).toMatchObject({ status: 302 });
  return browser;
}

/** The hidden fields of a confirmation. */
function fieldsOf({ text }: Got): Record<string, string> {
  const fields = [...text.matchAll(/<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
}

/** Open the confirmation, and press its button. */
async function confirm(browser: Browser, path: string, reason = ""): Promise<Got> {
  const page = await browser.get(path);
  expect(page.status).toBe(200);
  return await browser.post(path, { ...formOf(page), ...(reason === "" ? {} : { reason }) });
}

/** Of the form about the act: the one in the head of the page logs out. */
function formOf(page: Got): Record<string, string> {
  const [, form = ""] =
    /<form method="post" action="[^"]*\/act\/[^"]*"([\s\S]*?)<\/form>/.exec(page.text) ?? [];
  const fields = fieldsOf({ ...page, text: form });
  expect(Object.keys(fields).toSorted()).toEqual(["form_token", "key", "shown", "stamp"]);
  return fields;
}

beforeAll(async () => {
  const { github } = world.local;
  const sha = await commitFiles(github, repository(), {
    branch: "main",
    message: "Start",
    files: { "README.md": "# Open\n", ".github/smallbatch.yml": "version: 1\n" },
    author: "mona",
  });
  await publishRelease(github, repository(), { tag: "v1.4.2", sha, authorLogin: "mona" });
  world.time.now += 24 * HOUR;
  await merge("fix: one");
  await work();
});

beforeEach(() => {
  world.time.now += 6 * MINUTE;
});

const ON_HOLD = "### Releases are on hold";
const LOGINS = Object.keys(PEOPLE) as PersonLogin[];
const WRITERS: readonly PersonLogin[] = ["ada", "mona", "wilma"];

describe("holding and resuming from the page", () => {
  it.each(WRITERS)("is done for %s, in their own name, and shown on the desk", async (login) => {
    const browser = await browserOf(login);
    const shown = await browser.get(HOLD());
    expect(shown.text).toContain("Nothing more is released of this branch until somebody resumes");
    const held = await confirm(browser, HOLD(), "the API is on fire");
    expect(held).toMatchObject({
      status: 200,
      text: expect.stringContaining("Hold releases: it is said"),
    });
    expect(stands().said.at(-1)).toBe(`${login}: /hold the API is on fire`);
    await work();
    expect(stands().desk).toContain(`\`${login}\``);
    expect(stands().desk).toContain("the API is on fire");
    expect(stands().desk).toContain(ON_HOLD);
    const resumed = await confirm(browser, RESUME());
    expect(resumed.status).toBe(200);
    await work();
    expect(stands().desk).not.toContain(ON_HOLD);
  });

  it.each(LOGINS.filter((login) => !WRITERS.includes(login)))(
    "is not for %s, who is told what is missing",
    async (login) => {
      const before = stands().said;
      const browser = await browserOf(login);
      const { text: formToken } = await browser.get("/token");
      for (const path of [HOLD(), RESUME(), PUBLISH(), rollBack("v1.4.3")]) {
        const shown = await browser.get(path);
        expect(shown.status).toBe(403);
        expect(shown.text).toContain("Nothing was done.");
        expect(shown.text).not.toContain('name="key"');
        const key = "k".repeat(43);
        const sent = await browser.post(path, { form_token: formToken, key, stamp: "x" });
        expect(sent.status).toBe(403);
      }
      expect(stands().said).toEqual(before);
    },
  );

  it("asks nobody to act who is not logged in", async () => {
    const nobody = world.browser();
    const shown = await nobody.get(HOLD());
    expect(shown.status).toBe(403);
    expect(shown.text).toContain(`/login?return_to=${encodeURIComponent(HOLD())}`);
    expect((await nobody.post(HOLD(), {})).status).toBe(403);
  });

  it("is heard without any webhook, and done once where the webhook comes later", async () => {
    const browser = await browserOf("wilma");
    const fault = world.local.faults.deliveries({ drop: "lost" });
    await confirm(browser, HOLD(), "no webhook came");
    await work();
    expect(stands().desk).toContain("no webhook came");
    fault.remove();
    await confirm(browser, RESUME());
    await work();
    const { said } = stands();
    await work();
    expect(stands().said).toEqual(said);
    expect(stands().desk).not.toContain(ON_HOLD);
  });

  it("is heard where GitHub's reads are behind its writes, and no webhook comes", async () => {
    const browser = await browserOf("wilma");
    const fault = world.local.faults.deliveries({ drop: "lost" });
    await world.local.faults.staleReads(10);
    await confirm(browser, HOLD(), "read too early");
    await world.look(repository());
    expect(stands().desk).not.toContain("read too early");
    await work();
    expect(stands().desk).toContain("read too early");
    await world.local.faults.staleReads(0);
    fault.remove();
    await confirm(browser, RESUME());
    await work();
  });

  it("survives the loss of the database", async () => {
    const browser = await browserOf("wilma");
    await confirm(browser, HOLD(), "it burns");
    await work();
    await world.test.query("delete from smallbatch.line");
    await world.test.query("delete from smallbatch.desk");
    await merge("fix: two");
    await work();
    expect(stands().tags).toEqual(["v1.4.2", "v1.4.3"]);
    expect(stands().desk).toContain("it burns");
    await confirm(browser, RESUME());
    await work();
    expect(stands().tags).toContain("v1.4.4");
  });
});

describe("a confirmation", () => {
  it("acts once, however often it is sent", async () => {
    const browser = await browserOf("wilma");
    const fields = formOf(await browser.get(HOLD()));
    const [first, second] = await Promise.all([
      browser.post(HOLD(), { ...fields, reason: "twice" }),
      browser.post(HOLD(), { ...fields, reason: "twice" }),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const third = await browser.post(HOLD(), { ...fields, reason: "twice" });
    expect(third.text).toContain("This was sent before, and is done once");
    expect(stands().said.filter((each) => each.endsWith("/hold twice"))).toHaveLength(1);
    await work();
    await confirm(browser, RESUME());
    await work();
  });

  it("is shown once more where something changed since", async () => {
    const [wilma, ada] = [await browserOf("wilma"), await browserOf("ada")];
    const fields = formOf(await wilma.get(HOLD()));
    await confirm(ada, HOLD(), "first");
    await work();
    const again = await wilma.post(HOLD(), { ...fields, reason: "mine" });
    expect(again.status).toBe(409);
    expect(again.text).toContain("Nothing was done: what stands there changed since you looked.");
    expect(again.text).toContain("You were shown: nobody holds releases.");
    expect(again.text).toContain("Now: ada holds releases.");
    expect(again.text).toContain('value="mine"');
    const once = await wilma.post(HOLD(), { ...formOf(again), reason: "mine" });
    expect(once.status).toBe(200);
    await work();
    expect(stands().desk).toContain("mine");
    await confirm(wilma, RESUME());
    await work();
  });

  it.each([
    ["from another origin", { origin: "https://evil.example" }, {}, 403],
    ["from another site", { "sec-fetch-site": "cross-site" }, {}, 403],
    ["without an origin", { origin: "" }, {}, 403],
    ["without the token of the session", {}, { form_token: "x" }, 403],
    ["without a key", {}, { key: "" }, 400],
  ])("does nothing %s", async (_, headers, change, status) => {
    const browser = await browserOf("wilma");
    const before = stands().said;
    const fields = formOf(await browser.get(HOLD()));
    const sent = await browser.post(HOLD(), { ...fields, ...change }, headers);
    expect(sent.status).toBe(status);
    expect(stands().said).toEqual(before);
  });

  it("says one command, whatever the reason holds", async () => {
    const browser = await browserOf("wilma");
    await confirm(browser, HOLD(), "one\n/release now\n\u202e  <!-- two");
    expect(stands().said.at(-1)).toBe("wilma: /hold one /release now <!-- two");
    await work();
    expect(stands().desk).toContain(ON_HOLD);
    await confirm(browser, RESUME());
    await work();
    const refused = await confirm(browser, HOLD(), "cancel");
    expect(refused).toMatchObject({ status: 409, text: expect.stringContaining("other words") });
  });

  it("is nothing where the permission, the session or GitHub is gone meanwhile", async () => {
    const browser = await browserOf("wilma");
    const { id } = world.person("wilma");
    const before = stands().said;
    const fields = formOf(await browser.get(HOLD()));
    repository().collaborators[id] = "read";
    expect((await browser.post(HOLD(), fields)).status).toBe(403);
    repository().collaborators[id] = "write";
    const down = world.local.faults.failRequest({
      match: { path: /^\/(repos|user|graphql|app)/ },
      when: "before",
      how: "502",
      times: 1_000,
    });
    const sent = await browser.post(HOLD(), fields);
    expect(sent).toMatchObject({ status: 503, text: expect.stringContaining("cannot be asked") });
    down.remove();
    revokeGrant(world.local.github, world.github.app, id);
    await world.settle();
    expect((await browser.post(HOLD(), fields)).status).toBe(403);
    expect(stands().said).toEqual(before);
  });

  it("says what GitHub says where the App may not, and what to do", async () => {
    const browser = await browserOf("wilma");
    const before = stands().said;
    const fields = formOf(await browser.get(HOLD()));
    const { permissions } = world.github.installation;
    world.github.installation.permissions = { ...permissions, issues: "read" };
    const sent = await browser.post(HOLD(), fields);
    world.github.installation.permissions = permissions;
    expect(sent).toMatchObject({
      status: 502,
      text: expect.stringContaining("You can say it yourself: comment <code>/hold</code>"),
    });
    expect(stands().said).toEqual(before);
  });

  it("is not sent again where GitHub's answer is lost, and says where to look", async () => {
    const browser = await browserOf("wilma");
    const fields = formOf(await browser.get(HOLD()));
    const lost = world.local.faults.failRequest({
      match: { method: "POST", path: /\/comments$/ },
      when: "after",
      how: "reset",
      times: 1,
    });
    const sent = await browser.post(HOLD(), { ...fields, reason: "lost" });
    expect(sent.text).toContain("Look whether your comment stands there");
    lost.remove();
    const again = await browser.post(HOLD(), { ...fields, reason: "lost" });
    expect(again.text).toContain("This was sent once already");
    expect(stands().said.filter((each) => each.endsWith("/hold lost"))).toHaveLength(1);
    await work();
    expect(stands().desk).toContain(ON_HOLD);
    await confirm(browser, RESUME());
    await work();
  });
});

describe("publishing from the page", () => {
  it("shows what is in it, and is for those with maintain", async () => {
    await merge("feat!: break it");
    await work();
    const { tags } = stands();
    expect(tags).not.toContain("v2.0.0");
    expect((await (await browserOf("wilma")).get(PUBLISH())).status).toBe(403);
    const mona = await browserOf("mona");
    const shown = await mona.get(PUBLISH());
    expect(shown.text).toContain("Publish v2.0.0?");
    expect(shown.text).toContain("feat!: break it");
    const page = await mona.get(`/r/acme/${repository().name}`);
    expect(page.text).toContain(PUBLISH().replace("&", "&amp;"));
    const fields = formOf(shown);
    await merge("fix: three");
    world.time.now += MINUTE;
    const again = await mona.post(PUBLISH(), fields);
    expect(again).toMatchObject({ status: 409, text: expect.stringContaining("fix: three") });
    const sent = await mona.post(PUBLISH(), formOf(again));
    expect(sent.status).toBe(200);
    await work();
    expect(stands().tags).toEqual([...tags, "v2.0.0"]);
    const over = await mona.get(PUBLISH());
    expect(over).toMatchObject({
      status: 409,
      text: expect.stringContaining("nothing to release"),
    });
  });
});

describe("rolling back from the page", () => {
  it("shows the effect and the risk, and opens the issue of the rollback", async () => {
    const wilma = await browserOf("wilma");
    const release = await wilma.get(`/r/acme/${repository().name}/releases/v2.0.0`);
    expect(release.text).toContain(rollBack("v2.0.0"));
    const shown = await wilma.get(rollBack("v2.0.0"));
    expect(shown.text).toContain("Roll back v2.0.0?");
    expect(shown.text).toContain("Latest goes to v1.4.4");
    expect(shown.text).toContain("The risk");
    await confirm(wilma, rollBack("v2.0.0"), "it breaks");
    await work();
    const { issues, tags } = stands();
    expect(issues).toContain("Rollback of v2.0.0 (closed)");
    expect(tags).toContain("v2.0.1");
    const { releases } = world.local.github.data;
    expect(releases.find(({ tagName }) => tagName === "v2.0.0")).toMatchObject({
      prerelease: true,
    });
    const again = await wilma.get(rollBack("v2.0.0"));
    expect(again).toMatchObject({ status: 409, text: expect.stringContaining("rolled back") });
    const unknown = await wilma.get(rollBack("v9\"><b>'&`x`"));
    expect(unknown.status).toBe(409);
    expect(unknown.text).not.toContain("<b>");
  });
});

describe("what stands in the way", () => {
  it("is said: a policy that asks for more, and a repository that is archived", async () => {
    const [wilma, mona] = [await browserOf("wilma"), await browserOf("mona")];
    const write = async (policy: string) => {
      const files = { ".github/smallbatch.yml": policy };
      const change = { branch: "main", message: "chore: rules", files, author: "mona" };
      await commitFiles(world.local.github, repository(), change);
      await work();
    };
    await write("version: 1\nmay: {hold: maintain}\n");
    const narrowed = await wilma.get(HOLD());
    expect(narrowed).toMatchObject({ status: 409, text: expect.stringContaining("maintain") });
    expect((await mona.get(HOLD())).status).toBe(200);
    await write("version: 1\n");
    repository().archived = true;
    const archived = await wilma.get(HOLD());
    repository().archived = false;
    expect(archived).toMatchObject({ status: 409, text: expect.stringContaining("archived") });
  });

  it("is not a desk that was closed or deleted", async () => {
    const wilma = await browserOf("wilma");
    const { data } = world.local.github;
    const desk = data.issues.find(({ title }) => title === "Release desk");
    if (desk === undefined) throw new Error("There is no desk");
    const { installation } = world.github;
    const places: number[] = [];
    for (const off of [{ why: "closed" }, { why: "gone" }]) {
      const change = JSON.stringify({ off: { ...off, by: null, at: world.time.now } });
      await world.test.query(
        "update smallbatch.desk set memory = memory || $1::jsonb where installation_id = $2",
        [change, installation.id],
      );
      await confirm(wilma, HOLD(), off.why);
      places.push(Number(data.comments.at(-1)?.issueNumber));
    }
    expect(places[0]).toBe(desk.number);
    expect(
      data.issues.find(({ number, repositoryId }) => {
        return number === places[1] && repositoryId === repository().id;
      })?.pull,
    ).toBeDefined();
    await work();
    await confirm(wilma, RESUME());
    await work();
  });
});

describe("an address of no act", () => {
  it.each([
    "hold",
    "hold?branch=",
    "hold?branch=a%0Ab",
    "publish?line=main",
    "rollback",
    "delete?tag=v1.4.3",
    "hold?branch=nowhere",
  ])("is nothing: %s", async (rest) => {
    const got = await (await browserOf("ada")).get(actAt(rest));
    expect(got.status).toBe(rest.endsWith("nowhere") ? 409 : 404);
  });
});
