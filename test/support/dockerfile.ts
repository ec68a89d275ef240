import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..", "..");

export interface Instruction {
  /** `RUN`, `COPY` and so on. */
  readonly name: string;
  readonly text: string;
}

/** Instructions of the Dockerfile, each with what it says in one line, by stage. */
export function readStages(): readonly (readonly Instruction[])[] {
  const text = readFileSync(path.join(ROOT, "Dockerfile"), "utf8");
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\s*\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Instruction[][] = [[]];
  for (const line of lines) {
    const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, text: rest });
  }
  return stages;
}

/** What a `COPY` takes: paths of the build context, or of the stage that it names. */
export function sourcesOf({ text }: Instruction): { from: string | null; paths: string[] } {
  const words = text.split(/\s+/);
  const from = /^--from=(.*)$/.exec(words[0] ?? "")?.[1] ?? null;
  return { from, paths: words.slice(from === null ? 0 : 1, -1) };
}

/** A command in the form that no shell runs. */
export function readExec(text: string): readonly string[] {
  return JSON.parse(text.slice(text.indexOf("["))) as string[];
}
