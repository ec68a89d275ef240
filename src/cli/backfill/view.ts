import type { ReadingProgress } from "../../reconcile/clocks.ts";

/** What `smallbatch backfill` shows while it reads. */
export interface BackfillView {
  page(progress: ReadingProgress): void;
  wait(until: number): void;
  end(how: "done" | "interrupted", since: number): void;
}

const BAR_CHARS = 20;

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One line that redraws itself on a terminal, a line for each part elsewhere, or JSON. */
export function openBackfillView(options: {
  readonly isJson: boolean;
  readonly title: string;
  readonly now: () => number;
  readonly out?: Output;
  readonly err?: Output;
}): BackfillView {
  const { isJson, title, now, out = process.stdout, err = process.stderr } = options;
  const json = (value: object): unknown => out.write(`${JSON.stringify(value)}\n`);
  const clear = (): unknown => (err.isTTY === true ? err.write("\r\u001B[K") : undefined);
  const beganAt = now();
  const read = new Map<ReadingProgress["part"], number>();
  let partBeganAt = beganAt;
  const total = (): string =>
    [...read].map(([part, count]) => `${count.toLocaleString("en-US")} ${part}`).join(", ");
  return {
    page: (progress) => {
      if (!read.has(progress.part)) partBeganAt = now();
      read.set(progress.part, progress.done);
      if (isJson) json({ event: "page", ...progress });
      else if (err.isTTY === true) {
        err.write(`\r\u001B[K${formatProgress(progress, now() - partBeganAt, now())}`);
      }
    },
    wait: (until) => {
      if (isJson) json({ event: "wait", until: new Date(until).toISOString() });
      else {
        clear();
        const at = new Date(until).toISOString().slice(11, 16);
        err.write(`GitHub's requests of this hour are left to releases: on at ${at} UTC\n`);
      }
    },
    end: (how, since) => {
      const from = new Date(since).toISOString();
      if (isJson) {
        json({ event: "end", how, since: from, read: Object.fromEntries(read) });
        return;
      }
      clear();
      out.write(
        how === "done"
          ? `${title}: everything since ${from.slice(0, 10)} is on record (read ${total()})\n`
          : `${title}: interrupted (read ${total()}); called again, it goes on\n`,
      );
    },
  };
}

/** `pulls    [######--------------]  30 %  1,200 read, about 2 min left` */
export function formatProgress(progress: ReadingProgress, tookMs: number, now: number): string {
  const share = shareOf(progress, now);
  const full = Math.round(share * BAR_CHARS);
  const bar = "#".repeat(full) + "-".repeat(BAR_CHARS - full);
  const percent = String(Math.round(share * 100)).padStart(3);
  const left =
    share > 0 && share < 1 ? `, about ${formatLeft((tookMs / share) * (1 - share))}` : "";
  const done = `${progress.done.toLocaleString("en-US")} read`;
  return `${progress.part.padEnd(8)} [${bar}] ${percent} %  ${done}${left}`;
}

/** By the list's length, or by the time that is still to be read: whichever ends first. */
function shareOf({ done, total, reachedAt, since }: ReadingProgress, now: number): number {
  const byCount = total === 0 ? 1 : done / total;
  const byTime = reachedAt === null || now <= since ? 1 : (now - reachedAt) / (now - since);
  return Math.min(1, Math.max(0, byCount, byTime));
}

function formatLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 90 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}
