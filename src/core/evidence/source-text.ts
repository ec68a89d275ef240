import type { ChangeBlock } from "./change-blocks.ts";
import { readBlocks, readContext } from "./change-blocks.ts";
import type { NoteSource } from "./source.ts";

/** A source as the checks read it. */
export interface SourceText {
  /** White space made single spaces. */
  readonly title: string;
  /** All of it, white space made single spaces; fields apart by a character that no text has. */
  readonly quotable: string;
  /** Title, lines of the body, of commits and of pages that were added to: what people said. */
  readonly said: readonly string[];
  /** What is shown of the code: paths and lines of diffs, without signs and line numbers. */
  readonly shown: readonly string[];
  readonly blocks: readonly ChangeBlock[];
}

/**
 * Pages for people, and notes that a pull brings for the next release (`.changelog/12.added`): what
 * it adds there was said by its author.
 */
const PROSE = /\.(?:mdx?|rst|adoc|txt)$/i;
const NOTE =
  /(?:^|\/)(?:\.?change(?:s|log|set)s?(?:\.d)?|newsfragments|news)\/[^/]+\.(?:added|breaking|bugfix|changed?|deprecat\w+|docs?|enhancement|feature|fix(?:ed)?|improvement|misc|performance|remov\w+|security)$/i;

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
  const blocks = files.flatMap(readBlocks);
  const written = blocks
    .filter(({ path }) => PROSE.test(path) || NOTE.test(path))
    .flatMap(({ added }) => added);
  const said = [...[title, body, ...commits].flatMap((text) => text.split("\n")), ...written];
  const shown = [
    ...paths,
    // An empty line, so that lines of two blocks are not neighbours.
    ...blocks.flatMap(({ removed, added }) => [...removed, ...added, ""]),
    ...files.flatMap(readContext),
  ];
  return {
    title: spaced(title),
    quotable: [title, body, ...commits, ...labels, ...paths, ...patches].map(spaced).join(APART),
    said: [...said, ...labels].filter((line) => line.trim() !== ""),
    shown,
    blocks,
  };
}
