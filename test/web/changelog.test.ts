import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { renderCard } from "../../src/core/card-text.ts";
import type { Server } from "../../src/server.ts";
import { cardOf } from "../support/cards.ts";
import { useDatabase } from "../support/database.ts";
import { startPages } from "./page-server.ts";

const test = useDatabase();
let server: Server;

/** As a release's body ends. */
const FOLDED = renderCard(cardOf());
const CARD = { card: 1, units: [{ pull: 7, title: "Fix *all* <of> it" }] };

/** Releases `v1.0.0` to `v1.0.COUNT-1`, one an hour; every one with its notes, the first without. */
async function release(repositoryId: number, many: number): Promise<void> {
  await test.query(
    `insert into smallbatch.release (repository_id, tag, installation_id, branch, component,
      channel, sha, state, card, notes, url, intended_at, published_at)
    select $1, 'v1.0.' || n, 1, 'main', '', 'stable', repeat('a', 40), 'published', $3::jsonb,
      case n when 0 then null else '# Notes of ' || n || E'\\n\\n- One & <b>two</b> <!-- hidden --> ![shot](https://pictures.example/x.png)\n\n' || $4::text end,
      'https://github.com/acme/x/releases/tag/v1.0.' || n, now(),
      '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour'
    from generate_series(0, $2 - 1) n`,
    [repositoryId, many, JSON.stringify(CARD), FOLDED],
  );
}

beforeAll(async () => {
  await test.query("insert into smallbatch.installation (id, account) values (1, 'acme')");
  const label = { nodeId: "R_1", defaultBranch: "main", owner: "acme" };
  await test.database.repositories.upsert(1, [
    { ...label, id: 10, name: "widgets", isPrivate: false },
    { ...label, id: 11, name: "secrets", isPrivate: true },
    { ...label, id: 12, name: "empty", isPrivate: false },
    { ...label, id: 13, name: "large", isPrivate: false },
  ]);
  await release(10, 3);
  await release(11, 3);
  await release(13, 10_000);
  await test.query(
    `update smallbatch.release set card = card || '{"rollsBack": [{"tag": "v1.0.1"}]}'
    where repository_id = 10 and tag = 'v1.0.2'`,
  );
  await test.query(
    `insert into smallbatch.release (repository_id, tag, installation_id, branch, component,
      channel, sha, state, card) values (10, 'v9.9.9', 1, 'main', '', 'stable', 'x', 'intended', '{}')`,
  );
  server = await startPages(test.database);
});

afterAll(async () => {
  await server.close();
});

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.url}${path}`, { headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

/** What opens is closed, in order: all that a feed reader's parser is strict about here. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, slash, name = "", rest = ""] of xml.matchAll(/<(\/?)([a-z]+)([^<>]*)>/g)) {
    if (slash === "/") {
      if (open.pop() !== name) return false;
    } else if (!rest.endsWith("/")) open.push(name);
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;|quot;)/.test(xml);
}

describe("the changelog", () => {
  it("shows what was published, newest first, and says what was taken back", async () => {
    const { status, text } = await get("/r/ACME/widgets/changelog");
    expect(status).toBe(200);
    const tags = [...text.matchAll(/<h2 class="tag">\s*<a\s+href="([^"]+)"/g)].map(
      ([, url]) => url,
    );
    expect(tags).toEqual(
      ["v1.0.2", "v1.0.1", "v1.0.0"].map((tag) => `/r/acme/widgets/releases/${tag}`),
    );
    expect(text).toMatch(/state bad" href="\/r\/acme\/widgets\/releases\/v1.0.2"/);
    expect(text).not.toContain("v9.9.9");
  });

  it("shows notes that can do nothing, and titles as text where there are none", async () => {
    const { text } = await get("/r/acme/widgets/changelog");
    expect(text).toContain("<h3>Notes of 2</h3>");
    expect(text).toContain("One &amp; &lt;b&gt;two&lt;/b&gt;");
    expect(text).toContain("Fix *all* &lt;of&gt; it (#7)");
    expect(text).not.toMatch(/ hidden |<img|pictures\.example|Release card/);
  });

  it("has pages to the ten-thousandth release, and none behind it", async () => {
    const last = await get("/r/acme/large/changelog?page=400");
    expect(last.text).toContain("Page 400 of 400");
    expect(last.text).toContain('/releases/v1.0.0"');
    expect(last.text).not.toContain(`rel="next"`);
    for (const page of ["401", "0", "-1", "x", "1e3", "9999999"]) {
      expect((await get(`/r/acme/large/changelog?page=${page}`)).status).toBe(404);
    }
  });

  it("teaches where nothing was released", async () => {
    const { status, text } = await get("/r/acme/empty/changelog");
    expect(status).toBe(200);
    expect(text).toContain("Nothing was released yet");
  });

  it.each(["changelog", "changelog.atom", "changelog.json"])(
    "of a private repository is missing: %s",
    async (page) => {
      const hidden = await get(`/r/acme/secrets/${page}`);
      const missing = await get(`/r/acme/nothing/${page}`);
      expect(hidden.status).toBe(404);
      expect(hidden.text).toBe(missing.text);
      expect([...hidden.headers.keys()].toSorted()).toEqual([...missing.headers.keys()].toSorted());
    },
  );
});

async function ids(name: string): Promise<string[]> {
  const { text } = await get(`/r/acme/${name}/changelog.atom`);
  return text.match(/urn:uuid:[\da-f-]+/g) ?? [];
}

describe("the Atom feed", () => {
  it("has what RFC 4287 asks for, and every page of it", async () => {
    const first = await get("/r/acme/large/changelog.atom");
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    expect(isWellFormed(first.text)).toBe(true);
    for (const part of ["id", "title", "updated", "author"]) {
      expect(first.text).toMatch(new RegExp(`<feed[^>]*>[\\s\\S]*?<${part}>[^]+?</${part}>`));
    }
    expect(first.text.match(/<entry>/g)).toHaveLength(25);
    expect(first.text).toContain(`<updated>2027-02-21T15:00:00.000Z</updated>`);
    expect(first.text).toContain(
      `rel="next" href="${server.url}/r/acme/large/changelog.atom?page=2"`,
    );
    const last = await get("/r/acme/large/changelog.atom?page=400");
    expect(last.text).not.toContain(`rel="next"`);
    expect((await get("/r/acme/large/changelog.atom?page=401")).status).toBe(404);
  });

  it("is valid without releases too", async () => {
    const { status, text } = await get("/r/acme/empty/changelog.atom");
    expect(status).toBe(200);
    expect(isWellFormed(text)).toBe(true);
    expect(text).toMatch(/<updated>\d{4}-/);
  });

  it("keeps its ids when the repository is renamed", async () => {
    const before = await ids("empty");
    await test.query("update smallbatch.repository set name = 'renamed' where id = 12");
    expect(await ids("renamed")).toEqual(before);
    expect(before[0]).toMatch(
      /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/,
    );
    await test.query("update smallbatch.repository set name = 'empty' where id = 12");
    expect(new Set(await ids("large")).size).toBe(26);
  });
});

describe("the JSON feed", () => {
  it("has what version 1.1 asks for", async () => {
    const { headers, text } = await get("/r/acme/widgets/changelog.json");
    expect(headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
    const feed = JSON.parse(text) as { items: { id: string }[] };
    expect(feed).toMatchObject({
      version: "https://jsonfeed.org/version/1.1",
      title: "Releases of acme/widgets",
      home_page_url: `${server.url}/r/acme/widgets/changelog`,
      feed_url: `${server.url}/r/acme/widgets/changelog.json`,
      items: [
        { title: "v1.0.2", date_published: "2026-01-01T02:00:00.000Z" },
        { title: "v1.0.1 (rolled back by v1.0.2)" },
        { title: "v1.0.0", content_html: "<ul>\n<li>Fix *all* &lt;of&gt; it (#7)</li>\n</ul>" },
      ],
    });
    expect(feed.items.every(({ id }) => id.startsWith("urn:uuid:"))).toBe(true);
  });
});

describe("a feed", () => {
  it.each(["atom", "json"])("is not sent again to who has it: %s", async (kind) => {
    const path = `/r/acme/widgets/changelog.${kind}`;
    const first = await get(path);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\da-f]+"$/);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await get(path, { "if-none-match": known });
      expect([again.status, again.text]).toEqual([304, ""]);
    }
    expect((await get(path, { "if-none-match": `"other"` })).status).toBe(200);
    await test.query(
      "update smallbatch.release set notes = 'New.' where repository_id = 10 and tag = 'v1.0.2'",
    );
    expect((await get(path, { "if-none-match": tag })).status).toBe(200);
    await test.query(
      "update smallbatch.release set notes = 'Old.' where repository_id = 10 and tag = 'v1.0.2'",
    );
  });
});
