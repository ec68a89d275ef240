/** One line of progress that redraws itself; nothing at all where nobody watches. */
export interface Progress {
  reading(commits: number): void;
  judging(done: number, of: number): void;
  end(): void;
}

const BAR_CHARS = 30;
const REDRAW_MS = 80;

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function openProgress(terminal: Terminal, now: () => number): Progress {
  if (terminal.isTTY !== true) {
    return { reading: () => undefined, judging: () => undefined, end: () => undefined };
  }
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (text: () => string): void => {
    if (now() - drawnAt < REDRAW_MS) return;
    drawnAt = now();
    terminal.write(`\r\u001B[K${text()}`);
  };
  return {
    reading: (commits) => draw(() => `reading  ${commits.toLocaleString("en-US")} commits`),
    judging: (done, of) =>
      draw(() => {
        const full = Math.floor((done / of) * BAR_CHARS);
        const bar = "#".repeat(full) + "-".repeat(BAR_CHARS - full);
        return `judging  [${bar}] ${Math.floor((done / of) * 100)} %`;
      }),
    end: () => {
      if (drawnAt > Number.NEGATIVE_INFINITY) terminal.write("\r\u001B[K");
    },
  };
}
