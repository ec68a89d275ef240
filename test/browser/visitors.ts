import type { Browser, BrowserContext, Page } from "playwright-core";
import { OWN_URL } from "../support/login-world.ts";
import type { PersonLogin } from "../support/login-world.ts";
import { openChromium } from "./chromium.ts";
import type { Program } from "./chromium.ts";
import { openDoor } from "./door.ts";
import type { Door } from "./door.ts";

/** On a busy machine, too. */
const ANSWER_MS_MAX = 20_000;

/** A Chromium that finds our server at its address, behind HTTPS. */
export class Visitors {
  readonly #door: Door;
  readonly #browser: Browser;

  private constructor(door: Door, browser: Browser) {
    this.#door = door;
    this.#browser = browser;
  }

  static async open(program: Program, serverUrl: () => string): Promise<Visitors> {
    const { host } = new URL(OWN_URL);
    const door = await openDoor(host, serverUrl);
    const rule = `--host-resolver-rules=MAP ${host}:443 ${door.place}`;
    return new Visitors(door, await openChromium(program, [rule]));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#door.close();
  }

  /** Somebody with cookies of their own; scripts are off unless it is said. */
  async visit(options: { readonly hasScripts?: boolean } = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      baseURL: OWN_URL,
      // Of the door.
      ignoreHTTPSErrors: true,
      javaScriptEnabled: options.hasScripts ?? false,
      colorScheme: "light",
      locale: "en-GB",
      timezoneId: "Pacific/Auckland",
    });
    context.setDefaultTimeout(ANSWER_MS_MAX);
    return context;
  }
}

/** The whole way through GitHub's page, with keys alone. */
export async function logIn(page: Page, login: PersonLogin): Promise<void> {
  await page.goto("/");
  await pressOn(page, "Log in with GitHub");
  await page.waitForURL((url) => url.origin !== OWN_URL);
  while (!(await page.evaluate(() => document.activeElement?.tagName === "SELECT"))) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type(login);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${OWN_URL}/**`);
}

/** Tab to what has this name, and press Enter. */
export async function pressOn(page: Page, name: string): Promise<void> {
  const stopsMax = 200;
  for (let pressed = 0; pressed < stopsMax; pressed += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const element = document.activeElement;
      return (element?.getAttribute("aria-label") ?? element?.textContent ?? "").trim();
    });
    if (label === name) {
      await page.keyboard.press("Enter");
      return;
    }
  }
  throw new Error(`Tab does not reach "${name}" on ${page.url()}.`);
}
