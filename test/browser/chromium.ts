import { execFile } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = path.join(ROOT, "node_modules", "@sparticuz", "chromium");

/** Path of a Chromium of one's own. */
const PROGRAM_VARIABLE = "SMALLBATCH_CHROMIUM";
/** `required`: a machine without a Chromium fails, as the gate does. */
const NEED_VARIABLE = "SMALLBATCH_BROWSER_TESTS";

/** As Debian, Fedora, Arch, Homebrew and Google call them. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** A Chromium, and what it needs around it. */
export interface Program {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

export type Found = { readonly program: Program } | { readonly missing: string };

/**
 * The one that `SMALLBATCH_CHROMIUM` names; on Linux with x64 the one that `npm ci` has brought, with
 * its libraries and its font, so that pages look the same everywhere; else one on the PATH.
 */
export async function findChromium(): Promise<Found> {
  const named = process.env[PROGRAM_VARIABLE] ?? "";
  if (named !== "") return await openNamed(named);
  const program = (await inflate()) ?? (await findOnPath());
  if (program !== null) return { program };
  return {
    missing:
      `There is no Chromium here, so pages were not opened in a browser. Install one, or name it: ` +
      `${PROGRAM_VARIABLE}=/path/to/chromium`,
  };
}

export function isRequired(): boolean {
  return process.env[NEED_VARIABLE] === "required";
}

export async function openChromium(
  { path: executablePath, environment }: Program,
  args: readonly string[],
): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    env: { ...process.env, ...environment },
    // Without a sandbox it also runs as root and in containers; it opens nothing but our pages.
    args: ["--no-sandbox", "--font-render-hinting=none", ...args],
  });
}

async function openNamed(named: string): Promise<Found> {
  if (await isProgram(named)) return { program: { path: named, environment: {} } };
  throw new Error(`${PROGRAM_VARIABLE} names no program: ${named}`);
}

async function findOnPath(): Promise<Program | null> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (await isProgram(file)) return { path: file, environment: {} };
    }
  }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The package's, unpacked once for each of its versions: 210 MB, in some two seconds. */
async function inflate(): Promise<Program | null> {
  if (process.platform !== "linux" || process.arch !== "x64" || isMusl()) return null;
  if (!existsSync(PACKAGE)) return null;
  const { version } = JSON.parse(await readFile(path.join(PACKAGE, "package.json"), "utf8")) as {
    version: string;
  };
  const caches = path.join(ROOT, "node_modules", ".cache", "smallbatch-chromium");
  const home = path.join(caches, version);
  if (!existsSync(home)) {
    await mkdir(caches, { recursive: true });
    const staged = await mkdtemp(path.join(caches, "staged-"));
    await inflateInto(staged, home);
    // Whoever was faster has unpacked the same.
    await rename(staged, home).catch(() => rm(staged, { recursive: true }));
  }
  return {
    path: path.join(home, "chromium"),
    environment: {
      LD_LIBRARY_PATH: path.join(home, "al2023", "lib"),
      FONTCONFIG_FILE: path.join(home, "fonts.conf"),
    },
  };
}

/** `home`: where the folder is to stand in the end. */
async function inflateInto(folder: string, home: string): Promise<void> {
  await run(process.execPath, [fileURLToPath(new URL("inflate-chromium.ts", import.meta.url))], {
    // The package brings its libraries only to where it believes to be needed.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
  });
  const place = home.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const fonts =
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
    `<dir>${place}/fonts/fonts</dir><cachedir>${place}/fonts-cache</cachedir></fontconfig>\n`;
  await writeFile(path.join(folder, "fonts.conf"), fonts);
}

/** The package's Chromium is linked against glibc. */
function isMusl(): boolean {
  const { header } = process.report.getReport() as { header: Record<string, unknown> };
  return header["glibcVersionRuntime"] === undefined;
}
