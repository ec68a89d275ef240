import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { renameRepository, setPrivate } from "../../src/local-github/repositories.ts";
import { suspend, unsuspend } from "../../src/local-github/seed-app.ts";
import { readBadgeNumber } from "../../src/web/badge-number.ts";
import type { BadgeNumber } from "../../src/web/badge-number.ts";
import { renderBadge } from "../../src/web/badge-svg.ts";
import { Badges } from "../../src/web/badges.ts";
import type { PublishedRelease } from "../../src/web/changelog.ts";
import { pullRecord, releaseRecord } from "../core/clocks/build-records.ts";
import { HIDDEN_NAME, PEOPLE, useLoginWorld } from "../support/login-world.ts";
import type { Browser, Got, PersonLogin } from "../support/login-world.ts";

const world = useLoginWorld();
const MINUTE = 60_000;
const DAY = 86_400_000;
const TAG = "v1.2.3-zap";
const KINDS = ["release", "released-by", "cadence", "change-fail"];

async function release(repositoryId: number, tag: string, more = "{}"): Promise<void> {
  await world.test.query(
    `insert into smallbatch.release (repository_id, tag, installation_id, branch, component,
      channel, sha, state, card, notes, url, intended_at, published_at)
    values ($1, $2, $3, 'main', '', 'stable', repeat('a', 40), 'published', $4::jsonb, 'x', 'x',
      now(), now())`,
    [repositoryId, tag, world.github.installation.id, more],
  );
}

beforeAll(async () => {
  await release(world.github.open.id, "v1.4.2");
  await release(world.github.hidden.id, TAG);
});

beforeEach(() => {
  world.time.now += 6 * MINUTE;
});

async function browserOf(login: PersonLogin): Promise<Browser> {
  const browser = world.browser();
  expect(await browser.logIn(login)).toMatchObject({ status: 302 });
  return browser;
}

const OPEN = "/r/acme/open/badges";
const HIDDEN = `/r/acme/${HIDDEN_NAME}/badges`;

/** As GitHub's proxy of images, which knows nobody. */
const ask = (path: string, headers: Record<string, string> = {}) =>
  world.browser().get(path, headers);

function bytesOf({ status, headers, text }: Got): string {
  return JSON.stringify([status, [...headers].map((pair) => pair.join(": ")).toSorted(), text]);
}

describe("the badge of a public repository", () => {
  it("is a picture that says its number to everybody, and to shields", async () => {
    const svg = await ask(`${OPEN}/release.svg`);
    expect(svg).toMatchObject({ status: 200 });
    expect(svg.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(svg.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(svg.text).toContain('role="img" aria-label="release: v1.4.2"><title>release: v1.4.2');
    const json = await ask(`${OPEN}/release.json`);
    expect(JSON.parse(json.text)).toEqual({
      schemaVersion: 1,
      label: "release",
      message: "v1.4.2",
      color: "#24588c",
      labelColor: "#444c56",
      cacheSeconds: 300,
    });
  });

  it.each(KINDS.slice(1))(
    "says that there is not enough data, and never a zero: %s",
    async (kind) => {
      const { text } = await ask(`${OPEN}/${kind}.json`);
      expect(JSON.parse(text)).toMatchObject({ message: "not enough data" });
    },
  );

  it("is asked for each time, and sent once", async () => {
    const { headers } = await ask(`${OPEN}/release.svg`);
    expect(headers.get("cache-control")).toBe("no-cache");
    const again = await ask(`${OPEN}/release.svg`, { "if-none-match": headers.get("etag") ?? "" });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  it("is gone at once where it becomes private, like one that never was", async () => {
    setPrivate(world.local.github, world.github.open, true, world.person("ada").id);
    await world.settle();
    for (const end of ["release.svg", "release.json"]) {
      const got = await ask(`${OPEN}/${end}`);
      expect(got.status).toBe(404);
      expect(got.text).toContain("not found");
      expect(got.text).not.toMatch(/v1\.4\.2|open/);
      expect(bytesOf(got)).toBe(bytesOf(await ask(`/r/acme/nothing-x/badges/${end}`)));
      // Also for who sees it: what is embedded in a page is seen by others.
      expect((await (await browserOf("ada")).get(`${OPEN}/${end}`)).status).toBe(404);
    }
    setPrivate(world.local.github, world.github.open, false, world.person("ada").id);
    await world.settle();
    expect((await ask(`${OPEN}/release.svg`)).status).toBe(200);
  });

  it("is none of a kind that there is not", async () => {
    expect((await ask(`${OPEN}/elite.svg`)).status).toBe(404);
  });

  it("has its lines to copy on a page", async () => {
    const { status, text } = await ask(OPEN);
    expect(status).toBe(200);
    const line = `[![release](https://smallbatch.test${OPEN}/release.svg)](https://smallbatch.test/r/acme/open)`;
    expect(text).toContain(line);
    expect(text).not.toContain('<form method="post" action="/r/');
  });
});

/** Make one as `login`. Gives back its address. */
async function make(browser: Browser, kind: string): Promise<string> {
  const { text: formToken } = await browser.get("/token");
  const made = await browser.post(HIDDEN, { form_token: formToken, kind });
  const [, token = ""] = /\/badges\/([\w-]{43})\/badge\.svg/.exec(made.text) ?? [];
  expect(token).not.toBe("");
  return `/badges/${token}`;
}

async function hashesOf(browser: Browser): Promise<string[]> {
  const { text } = await browser.get(HIDDEN);
  return [...text.matchAll(/name="revoke" value="([0-9a-f]{64})"/g)].map(([, hash = ""]) => hash);
}

async function revoke(browser: Browser, hash: string): Promise<Got> {
  const { text: formToken } = await browser.get("/token");
  return await browser.post(HIDDEN, { form_token: formToken, revoke: hash });
}

describe("the badge of a private repository", () => {
  it("is shown by a token that nobody can guess: its number, and no name", async () => {
    const mona = await browserOf("mona");
    const path = await make(mona, "release");
    for (const end of ["svg", "json"]) {
      const got = await ask(`${path}/badge.${end}`);
      expect(got.status).toBe(200);
      expect(got.text).toContain(TAG);
      expect(bytesOf(got)).not.toMatch(new RegExp(`${HIDDEN_NAME}|acme`));
    }
    const rows = await world.test.query(
      "select encode(digest, 'hex') as hash from smallbatch.badge_token",
    );
    expect(JSON.stringify(rows)).not.toContain(path.slice("/badges/".length));
    expect(world.logged.join("\n")).not.toContain(path.slice("/badges/".length));
    // One token shows one number.
    expect((await ask(`${path}/cadence.svg`)).status).toBe(404);
    expect((await (await browserOf("ada")).get(`${HIDDEN}/release.svg`)).status).toBe(404);
  });

  it("is revoked by who has maintain, and is then as if it had never been", async () => {
    const [mona, ada] = [await browserOf("mona"), await browserOf("ada")];
    const path = await make(mona, "cadence");
    expect((await ask(`${path}/badge.svg`)).status).toBe(200);
    const [hash = ""] = await hashesOf(ada);
    expect((await revoke(ada, hash)).text).toContain("It shows nothing any more.");
    const gone = await ask(`${path}/badge.svg`);
    expect(gone.status).toBe(404);
    expect(bytesOf(gone)).toBe(bytesOf(await ask(`/badges/${"x".repeat(43)}/badge.svg`)));
    expect(bytesOf(gone)).toBe(bytesOf(await ask("/badges/short/badge.svg")));
    expect((await revoke(ada, hash)).text).toContain("It was revoked before.");
  });

  it.each(Object.keys(PEOPLE).filter((login) => !["ada", "mona"].includes(login)) as PersonLogin[])(
    "is neither made nor revoked by %s",
    async (login) => {
      const [hash = ""] = await hashesOf(await browserOf("mona"));
      const browser = await browserOf(login);
      const { text: formToken } = await browser.get("/token");
      const count =
        "select count(*)::int as n from smallbatch.badge_token where revoked_at is null";
      const before = await world.test.query(count);
      for (const fields of [{ kind: "release" }, { revoke: hash }]) {
        const got = await browser.post(HIDDEN, { form_token: formToken, ...fields });
        const isHidden = PEOPLE[login] === "none";
        expect(got.status).toBe(isHidden ? 404 : 200);
        expect(got.text.includes("Nothing was done")).toBe(!isHidden);
      }
      expect(await world.test.query(count)).toEqual(before);
      expect(await hashesOf(browser)).toEqual([]);
    },
  );

  it("follows a rename, and vanishes with the installation", async () => {
    const path = await make(await browserOf("mona"), "release");
    const { hidden, installation } = world.github;
    renameRepository(world.local.github, hidden, "zanzibar-two", world.person("ada").id);
    await world.settle();
    expect((await ask(`${path}/badge.svg`)).status).toBe(200);
    renameRepository(world.local.github, hidden, HIDDEN_NAME, world.person("ada").id);
    suspend(world.local.github, installation);
    await world.settle();
    expect((await ask(`${path}/badge.svg`)).status).toBe(404);
    unsuspend(world.local.github, installation);
    await world.settle();
    expect((await ask(`${path}/badge.svg`)).status).toBe(200);
  });

  it("is one of twenty at most", async () => {
    const ada = await browserOf("ada");
    const { text: formToken } = await ada.get("/token");
    const answers: string[] = [];
    for (let made = 0; made < 21; made += 1) {
      answers.push((await ada.post(HIDDEN, { form_token: formToken, kind: "release" })).text);
    }
    expect(answers.at(-1)).toContain("20 badges work already");
    expect(await hashesOf(ada)).toHaveLength(20);
  });
});

describe("a picture", () => {
  it("holds whatever a tag may be called as text, and is no wider than it has to be", () => {
    const message = `v1<script>alert("1")</script>&'\u0007\u202e${"x".repeat(300)}`;
    const svg = renderBadge({ label: "release", message, tone: "known" });
    expect(svg).toContain("v1&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;");
    expect(svg.trimEnd()).not.toMatch(/<script|\p{C}|x{70}|on\w+=|href|style=/u);
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(600);
    const opened = [...svg.matchAll(/<(\w+)[^>]*[^/]>/g)].length;
    expect(opened).toBe([...svg.matchAll(/<\/\w+>/g)].length);
  });
});

const listed = (tag: string, change: Partial<PublishedRelease>): PublishedRelease =>
  ({ tag, channel: "stable", rolledBackBy: null, ...change }) as PublishedRelease;

describe("what badges say", () => {
  const NOW = Date.UTC(2026, 10, 28, 12);
  const days = Array.from({ length: 40 }, (_, at) => NOW - (60 - at) * DAY);
  const pulls = days.map((at, place) => {
    return pullRecord(place + 1, { createdAt: at - DAY, mergedAt: at });
  });
  const releases = days.map((at, place) => {
    return releaseRecord(`v1.${place}.0`, at + DAY / 8, [place + 1], { usableAt: at + DAY / 8 });
  });
  const clocks = {
    readRecords: () => Promise.resolve({ pulls, commits: [], releases, feedback: [] }),
    readCoverage: () => Promise.resolve([{ repositoryId: 1, knownSince: 0, readAt: 0 }]),
  };
  const sources = {
    changelog: {
      count: () => Promise.resolve(0),
      find: () => Promise.resolve(null),
      list: () =>
        Promise.resolve([
          listed("v2.0.0-beta.1", { channel: "beta" }),
          listed("v1.9.1", { rolledBackBy: "v1.9.2" }),
          listed("v1.9.0", {}),
        ]),
    },
    readNumber: (badge: BadgeNumber) => readBadgeNumber(clocks, [1], badge, NOW),
  };

  it.each([
    ["release", /^v1\.9\.0$/],
    ["released-by", /^half within 3 h$/],
    ["cadence", /^\d+(\.\d)? a week$/],
    ["change-fail", /^\d+ %( to \d+ %)?$/],
  ] as const)("is one number of the report: %s", async (kind, message) => {
    const badge = await new Badges(() => NOW).read(1, kind, sources);
    expect(badge.tone).toBe("known");
    expect(badge.message).toMatch(message);
  });

  it("is computed once in five minutes, and asked again where it failed", async () => {
    let now = NOW;
    let reads = 0;
    const badges = new Badges(() => now);
    const failing = {
      ...sources,
      readNumber: (badge: BadgeNumber) => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error("gone")) : sources.readNumber(badge);
      },
    };
    await expect(badges.read(1, "cadence", failing)).rejects.toThrow("gone");
    const read = async () => (await badges.read(1, "cadence", failing)).tone;
    expect([await read(), await read(), reads]).toEqual(["known", "known", 2]);
    now += 5 * MINUTE;
    expect([await read(), reads]).toEqual(["known", 3]);
  });
});
