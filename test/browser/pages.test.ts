import { mkdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Page, Response } from "playwright-core";
import { OWN_URL, useLoginWorld } from "../support/login-world.ts";
import { keepActing } from "./acting.ts";
import type { ActAddresses } from "./acting.ts";
import { findChromium, isRequired } from "./chromium.ts";
import type { Program } from "./chromium.ts";
import { countScripts } from "./in-page.ts";
import {
  judgeByAxe,
  judgeKeyboard,
  judgeKeyboards,
  judgeLooks,
  judgeWidths,
  LOOKS,
  nameLook,
  wear,
} from "./judge-page.ts";
import { keepBusy, LONG_TAG } from "./scene.ts";
import { logIn, pressOn, Visitors } from "./visitors.ts";
import { OF_MINA, OF_MONA, OF_NOBODY, OF_WILMA, openVisit, pressThere } from "./visits.ts";
import type { Here, Visit } from "./visits.ts";

const found = await findChromium();

/** Where pictures of every page are put; empty: nowhere. */
const PICTURES = process.env["SMALLBATCH_SCREENSHOTS"] ?? "";

if ("missing" in found) {
  process.stderr.write(`${found.missing}\n`);
  (isRequired() ? it : it.skip)("there is a Chromium", () => {
    throw new Error(found.missing);
  });
} else tryPages(found.program);

function tryPages(program: Program): void {
  const world = useLoginWorld();
  let visitors: Visitors;
  let acts: ActAddresses;
  const pages = new Map<string, { readonly plain: Page; readonly scripted: Page }>();

  beforeAll(async () => {
    acts = await keepActing(world);
    const { open, installation } = world.github;
    const now = world.time.now;
    await keepBusy(world.test, { id: open.id, installationId: installation.id, now });
    visitors = await Visitors.open(program, () => world.serverUrl);
    for (const who of ["nobody", "mina", "mona", "wilma"] as const) {
      const plain = await visitors.visit();
      const page = await plain.newPage();
      if (who !== "nobody") await logIn(page, who);
      const scripted = await visitors.visit({ hasScripts: true });
      await scripted.addCookies(await plain.cookies(OWN_URL));
      pages.set(who, { plain: page, scripted: await scripted.newPage() });
    }
  });
  afterAll(async () => {
    await visitors.close();
  });

  const pagesOf = (who: string) => {
    const opened = pages.get(who);
    if (opened === undefined) throw new Error(`Nobody is called ${who}.`);
    return opened;
  };
  const here = (): Here => ({
    serverUrl: world.serverUrl,
    installationId: world.github.installation.id,
    acts,
  });

  describe.each([
    ["nobody", OF_NOBODY],
    ["mina", OF_MINA],
    ["mona", OF_MONA],
    ["wilma", OF_WILMA],
  ])("%s opens", (who, visits) => {
    it.each(visits.map((visit) => [visit.name, visit] as const))("%s", async (name, visit) => {
      const { plain, scripted } = pagesOf(who);
      const { answer, reports } = await come(visit, { plain, scripted, world, here: here() });
      // At once: one answers axe-core while the other is sent keys.
      const [seen, read] = await Promise.all([
        judgeSeen(scripted, answer, reports),
        judgeRead(plain),
      ]);
      expect(seen).toEqual({
        status: visit.status ?? 200,
        policy: expect.stringMatching(/^default-src 'none'; style-src 'self';/),
        scripts: 0,
        axe: [],
        reports: [],
      });
      expect(read).toEqual({ widths: [], keyboard: [] });
      await takePictures(plain, name);
    });
  });

  describe("a page that is broken is found out", () => {
    it("by its contrast", async () => {
      const { page } = await openBroken(visitors, world.serverUrl, {
        style: ":root { --quiet: #c8c8c4 }",
      });
      expect((await judgeByAxe(page)).join()).toMatch(/color-contrast at /);
    });

    it.each([
      ["no outline", ":focus-visible { outline: none }"],
      ["an outline of a contrast of 1", ":root { --focus: #e8e8e4 }"],
      ["an outline cut off", ".bar nav a { overflow: hidden } .bar nav ul { overflow: hidden }"],
    ])("by the ring of its focus: %s", async (problem, style) => {
      const { page } = await openBroken(visitors, world.serverUrl, { style });
      expect((await judgeKeyboard(page)).join()).toContain(problem);
    });

    it("in the look that it is broken in, as if it was loaded in it", async () => {
      const { page } = await openBroken(visitors, world.serverUrl, {
        style: `@media (prefers-color-scheme: dark) { .foot { color: #444 } }
          @media (max-width: 500px) { .crumbs { color: #bbb } }
          @media (min-width: 500px) and (prefers-color-scheme: dark) { h1 { display: none } }`,
      });
      const inPlace = await judgeLooks(page);
      const loaded: string[] = [];
      for (const look of LOOKS) {
        await wear(page, look);
        await page.reload();
        loaded.push(...(await judgeByAxe(page)).map((each) => `${nameLook(look)}: ${each}`));
      }
      expect(inPlace).toEqual(loaded);
      expect(inPlace.map((each) => each.replace(/: ([a-z-]+) at .*$/, " $1"))).toEqual([
        "390 light color-contrast",
        "390 dark color-contrast",
        "390 dark color-contrast",
        "1440 dark color-contrast",
        "1440 dark color-contrast",
        "1440 dark page-has-heading-one",
      ]);
    });

    it("by what the keyboard does not reach", async () => {
      const { page } = await openBroken(visitors, world.serverUrl, {
        text: `<a href="/" tabindex="5">First</a>`,
      });
      expect((await judgeKeyboard(page)).join()).toContain("is reached where stop");
    });

    it("by what is wider than a phone", async () => {
      const { page } = await openBroken(visitors, world.serverUrl, {
        style: ".head { width: 500px }",
      });
      expect((await judgeWidths(page)).join()).toMatch(/^at 320 px: .*,at 390 px: /);
    });

    it.each([
      ["a table that is not shown as cards", ".cards tr { display: table-row !important }"],
      ["code that is not broken", ".notes pre { white-space: pre !important }"],
    ])("by what is scrolled sideways on a phone: %s", async (_, style) => {
      const { page } = await openBroken(visitors, world.serverUrl, {
        style,
        address: `/r/acme/open/releases/${LONG_TAG}`,
      });
      expect((await judgeWidths(page)).join()).toMatch(
        /^at 320 px: .* is scrolled sideways,at 390/,
      );
    });

    it.each([
      ["a style of its own", `<p style="color: red">Red</p>`],
      ["a script", `<script>document.title = "run"</script>`],
      ["a picture from elsewhere", `<img alt="" src="https://pictures.example/x.png">`],
    ])("by its policy for content: %s", async (_, text) => {
      const { page, reports } = await openBroken(visitors, world.serverUrl, { text });
      expect(reports.join()).toContain("violates the following Content Security Policy directive");
      expect(await page.title()).not.toBe("run");
    });
  });

  it("is drawn in the colours that somebody forces, and nothing moves", async () => {
    const { plain: page } = pagesOf("mona");
    await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    await page.goto("/r/acme/open?days=90");
    const strokes = await page.evaluate(() => {
      const ground = getComputedStyle(document.body).backgroundColor;
      const marks = [...document.querySelectorAll(".chart .line, .chart .release, .chart .axis")];
      return { ground, strokes: [...new Set(marks.map((mark) => getComputedStyle(mark).stroke))] };
    });
    expect(strokes.strokes.length).toBeGreaterThan(1);
    expect(strokes.strokes).not.toContain(strokes.ground);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await takePicture(page, "forced-colours");
    await page.emulateMedia({ forcedColors: "none", reducedMotion: "no-preference" });
  });

  it.each(["/r/acme/open?days=90", "/r/acme/open"])("%s prints on one sheet", async (address) => {
    const { plain: page } = pagesOf("mona");
    await page.goto(address);
    const printed = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(printed.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });

  it("is read with keys alone: past the head, into a table, to other days, and out", async () => {
    const { plain: page } = pagesOf("mona");
    await page.goto("/r/acme/open");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await pressOn(page, "All of acme");
    await page.waitForURL("**/installations/*");
    await pressOn(page, "90 days");
    await page.waitForURL("**/installations/*?days=90");
    await pressOn(page, "Table and CSV");
    expect(await page.locator("details[open] table").first().isVisible()).toBe(true);
    await page.goto("/");
    await pressOn(page, "Log out");
    await page.getByRole("heading", { name: "You are logged out" }).waitFor();
  });
}

interface Coming {
  readonly plain: Page;
  readonly scripted: Page;
  readonly world: ReturnType<typeof useLoginWorld>;
  readonly here: Here;
}

/** In both browsers: the last answer, and what the one with scripts reports of its page. */
async function come(visit: Visit, { plain, scripted, world, here }: Coming) {
  await plain.emulateMedia({ colorScheme: "light" });
  let reports = listen(scripted);
  let [answer] = await Promise.all([
    openVisit(scripted, visit, here),
    openVisit(plain, visit, here),
  ]);
  const { press: name, meanwhile } = visit;
  if (name === undefined) return { answer, reports };
  // What is pressed may stand on a page of GitHub's.
  reports = listen(scripted);
  const end = await meanwhile?.(world);
  [answer] = await Promise.all([pressThere(scripted, name), pressThere(plain, name)]);
  end?.();
  return { answer, reports };
}

/** Opened as browsers do: what axe-core and the browser itself say. */
async function judgeSeen(page: Page, answer: Response | null, reports: readonly string[]) {
  return {
    status: answer?.status(),
    policy: answer?.headers()["content-security-policy"],
    scripts: await page.evaluate(countScripts),
    axe: await judgeLooks(page),
    reports: reports.filter((report) => !/the server responded with/.test(report)),
  };
}

/** Opened without scripts, and read with keys alone. */
async function judgeRead(page: Page) {
  return { widths: await judgeWidths(page), keyboard: await judgeKeyboards(page) };
}

/** A page with something wrong in its stylesheet or its text. */
interface Broken {
  readonly style?: string;
  readonly text?: string;
  /** Of what is public; without it, the changelog. */
  readonly address?: string;
}

/** A page as it would be. */
async function openBroken(visitors: Visitors, serverUrl: string, broken: Broken) {
  const { style = "", text = "", address = "/r/acme/open/changelog" } = broken;
  const context = await visitors.visit({ hasScripts: true });
  await context.route(`${OWN_URL}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const answer = await fetch(`${serverUrl}${pathname}`);
    const { status } = answer;
    const headers = Object.fromEntries(answer.headers);
    const body = `${await answer.text()}${pathname.endsWith(".css") ? style : text}`;
    await route.fulfill({ status, headers, body });
  });
  const page = await context.newPage();
  const reports = listen(page);
  await page.goto(address);
  return { page, reports };
}

/** Every complaint of the browser about a page, reports of its policy for content among them. */
function listen(page: Page): string[] {
  const reports: string[] = [];
  page.removeAllListeners();
  page.on("console", (message) => reports.push(message.text()));
  page.on("pageerror", (error) => reports.push(String(error)));
  page.on("requestfailed", (request) => reports.push(`no answer: ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(OWN_URL)) reports.push(`loads ${request.url()}`);
  });
  return reports;
}

async function takePictures(page: Page, name: string): Promise<void> {
  if (PICTURES === "") return;
  for (const look of LOOKS) {
    await wear(page, look);
    await takePicture(page, `${name} ${nameLook(look)}`);
  }
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (PICTURES === "") return;
  await mkdir(PICTURES, { recursive: true });
  const file = `${name.replaceAll(/\W+/g, "-")}.png`;
  await page.screenshot({ path: path.join(PICTURES, file), fullPage: true });
}
