import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import {
  countStops,
  findOverflow,
  findScrolled,
  IN_PAGE,
  leaveStops,
  readPlaces,
  readStop,
} from "./in-page.ts";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Phones, tablets and desks, and a wall; 320 px is a window at 400 % (WCAG 2.2, 1.4.10). */
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
const NARROWEST = { width: 320, height: 700 };
const WALL = { width: 2560, height: 1440 };

/** Each of both widths in each of both colours. */
export const LOOKS = [PHONE, DESK].flatMap((size) =>
  (["light", "dark"] as const).map((colorScheme) => ({ size, colorScheme })),
);

export type Look = (typeof LOOKS)[number];

export function nameLook({ size, colorScheme }: Look): string {
  return `${size.width} ${colorScheme}`;
}

export async function wear(page: Page, { size, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
}

/** Those of axe-core that read colours. */
const COLOUR_RULES: readonly string[] = ["color-contrast", "link-in-text-block"];

/**
 * What axe-core finds in each look. The page is loaded once and its look is changed: it finds what it
 * would find in a page that was loaded in that look.
 */
export async function judgeLooks(page: Page): Promise<string[]> {
  const found: string[] = [];
  let places = "";
  for (const look of LOOKS) {
    await wear(page, look);
    // What is where it was in the other colours was judged there by every other rule.
    const before = places;
    places = await page.evaluate(readPlaces);
    const problems = await judgeByAxe(page, places === before ? COLOUR_RULES : []);
    found.push(...problems.map((problem) => `${nameLook(look)}: ${problem}`));
  }
  return found;
}

/**
 * What axe-core finds. The driver runs it beside the page, so that the page's policy for content
 * stands as it is sent.
 */
export async function judgeByAxe(
  page: Page,
  /** None: all of them. */
  rules: readonly string[] = [],
): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as {
      axe: { run(at: Document, options: unknown): Promise<AxeResults> };
    };
    const options = { preload: false, resultTypes: ["violations"] };
    return await axe.run(document, runOnly.length === 0 ? options : { ...options, runOnly });
  }, rules);
  return violations.flatMap(({ id, nodes }) => {
    return nodes.slice(0, 5).map(({ target, failureSummary }) => {
      return `${id} at ${target.join(" ")}: ${(failureSummary ?? "").replaceAll(/\s+/g, " ")}`;
    });
  });
}

/** Widths at which a reader would have to scroll sideways, with what reaches out or is scrolled. */
export async function judgeWidths(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(IN_PAGE);
  for (const size of [NARROWEST, PHONE, DESK, WALL]) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(findOverflow);
    if (size.width <= PHONE.width) wide.push(...(await page.evaluate(findScrolled)));
    if (wide.length > 0) found.push(`at ${size.width} px: ${wide.join("; ")}`);
  }
  return found;
}

/** At either width, once in each of both colours. */
export async function judgeKeyboards(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const look of LOOKS.filter((_, at) => at === 0 || at === LOOKS.length - 1)) {
    await wear(page, look);
    const problems = await judgeKeyboard(page);
    found.push(...problems.map((problem) => `${nameLook(look)}: ${problem}`));
  }
  await page.evaluate(leaveStops);
  return found;
}

/** Stops beyond these are alike: rows of tables. */
const STOPS_MAX = 90;

/** Tab through a page from its top: everything is reached in its order, and its focus is seen. */
export async function judgeKeyboard(page: Page): Promise<string[]> {
  const problems = new Set<string>();
  await page.evaluate(IN_PAGE);
  const many = Math.min(STOPS_MAX, await page.evaluate(countStops));
  for (let due = 0, pressed = 0; due < many && pressed < 2 * STOPS_MAX; pressed += 1) {
    // Held down: half as many messages as pressing it each time.
    await page.keyboard.down("Tab");
    const { place, name, problem, isScrolled } = await page.evaluate(readStop);
    if (problem !== null) problems.add(`${name} has ${problem}`);
    if (place === -1 && isScrolled) continue;
    if (place !== due) {
      problems.add(`${name} is reached where stop ${due} should be`);
      break;
    }
    due += 1;
  }
  await page.keyboard.up("Tab");
  return [...problems];
}
