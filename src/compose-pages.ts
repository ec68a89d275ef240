import { PageThread } from "./page-thread.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Settings } from "./settings.ts";
import type { Database } from "./store/database.ts";
import { KeptTexts } from "./web/kept-texts.ts";
import { TextKeeping } from "./web/text-keeping.ts";

/** What pages show of the clocks: computed ahead, in a thread of its own. */
export function composePages(
  { serverUrl }: Pick<Settings, "serverUrl">,
  parts: {
    readonly database: Pick<Database, "url" | "viewed">;
    readonly clock: Clock;
    readonly logger: Pick<Logger, "warn">;
    /** Between two looks for changes; as usual when left out. */
    readonly lookMs?: number;
    /** What stops it is put there. */
    readonly undo: (() => Promise<unknown>)[];
  },
): KeptTexts {
  const { database, clock, undo, ...rest } = parts;
  const now = (): number => clock.now();
  const thread = new PageThread(database.url);
  const texts = new KeptTexts(thread.answer, now);
  const keeping = new TextKeeping({ texts, store: database.viewed, now, serverUrl, ...rest });
  keeping.start();
  undo.push(() => Promise.all([keeping.stop(), thread.stop()]));
  return texts;
}
