import type { ChangeBlock } from "./change-blocks.ts";
import { readBlocks, readContext } from "./change-blocks.ts";
import type { NoteSource } from "./source.ts";

/** A source as the checks read it. */
export interface SourceText {
  /** All of it, white space made single spaces; fields apart by a character that no text has. */
  readonly quotable: string;
  /** Title, lines of the body and of commits: what people said. */
  readonly said: readonly string[];
  /** What is shown of the code: paths and lines of diffs, without signs and line numbers. */
  readonly shown: readonly string[];
  readonly blocks: readonly ChangeBlock[];
}

const APART = " \u0000 ";

export function spaced(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

export function readSource(source: NoteSource): SourceText {
  const { title, body, commits, labels, files } = source;
  const paths = files.flatMap(({ path, previousPath }) =>
    previousPath === null ? [path] : [path, previousPath],
  );
  const patches = files.flatMap(({ patch }) => patch ?? []);
  const said = [title, body, ...commits].flatMap((text) => text.split("\n"));
  const blocks = files.flatMap(readBlocks);
  const shown = [
    ...paths,
    ...blocks.flatMap(({ removed, added }) => [...removed, ...added]),
    ...files.flatMap(readContext),
  ];
  return {
    quotable: [title, body, ...commits, ...labels, ...paths, ...patches].map(spaced).join(APART),
    said: [...said, ...labels].filter((line) => line.trim() !== ""),
    shown,
    blocks,
  };
}
