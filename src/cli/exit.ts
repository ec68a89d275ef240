import { AppError, ERROR_TABLE } from "../errors.ts";

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, unusable: 3 } as const;

const UNUSABLE: ReadonlySet<string> = new Set(["git/unusable", "git/incomplete"]);

/** What a person reads instead of a stack trace, and the exit code that goes with it. */
export function explain(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof AppError) {
    const isUsage = error.code === "usage/invalid" || error.code === "settings/invalid";
    const exitCode = isUsage ? EXIT.usage : EXIT.failed;
    return {
      text: `${error.message}\n  ${ERROR_TABLE[error.code]} (${error.code})`,
      exitCode: UNUSABLE.has(error.code) ? EXIT.unusable : exitCode,
    };
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const text = `the port is taken by another process (${error.message})\n  Take another one, or 0 for any free one.`;
    return { text, exitCode: EXIT.usage };
  }
  const message = error instanceof Error ? error.message : String(error);
  const isAsked = ["debug", "trace"].includes(process.env["LOG_LEVEL"] ?? "");
  const where = isAsked && error instanceof Error ? error.stack : null;
  return {
    text:
      `this is a bug in Smallbatch: ${message}\n` +
      (where ?? "  Set LOG_LEVEL=debug to see where, and please report it."),
    exitCode: EXIT.failed,
  };
}
