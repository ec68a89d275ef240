import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitHub } from "./github.ts";
import type { WorldData } from "./world.ts";

/** Long enough to take a burst of changes in one write, short enough to lose little in a crash. */
const SAVE_DELAY_MS = 500;
const FILE_NAME = "state.json";

/** Null when nothing was saved in the folder yet. */
export async function readState(directory: string): Promise<WorldData | null> {
  const path = join(directory, FILE_NAME);
  if (!existsSync(path)) return null;
  // Nobody writes this file but `writeState`, by rename: it is whole, and it is ours.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(await readFile(path, "utf8")) as WorldData;
}

/** Saves the world soon after each change. `close` saves once more and stops. */
export function keepState(github: GitHub, directory: string): { close: () => Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  let saving = Promise.resolve();
  const save = (): Promise<void> => {
    saving = saving.then(() => writeState(github.data, directory));
    return saving;
  };
  github.onChange(() => {
    if (isClosed || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      save().catch((error: unknown) => {
        process.emitWarning(`Saving ${join(directory, FILE_NAME)}: ${String(error)}`);
      });
    }, SAVE_DELAY_MS);
    timer.unref();
  });
  return {
    close: async () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await save();
    },
  };
}

/** By rename, so that a crash leaves the old file or the new one. */
async function writeState(data: WorldData, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, FILE_NAME);
  await writeFile(`${path}.new`, JSON.stringify(data));
  await rename(`${path}.new`, path);
}
