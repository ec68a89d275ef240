/** A line of a project's changelog that is about exactly one pull. */
export interface PublishedLine {
  readonly pull: number;
  /** Plain words, as a model is asked to write them. */
  readonly text: string;
  /** Heading that it stands under; empty: none. */
  readonly heading: string;
}

/** Other numbers that an entry may name: issues. */
const ISSUE =
  /\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing))[:,]?\s+(?:issue\s+)?\[?#\d+/gi;

/** Entries of Markdown lists, the newest first as the file has them. */
export function readPublished(changelog: string): readonly PublishedLine[] {
  const found: PublishedLine[] = [];
  for (const { heading, entry } of listEntries(changelog)) {
    const named = entry.replaceAll(ISSUE, "");
    const numbers = new Set(
      Array.from(named.matchAll(/(?<![\w/])#(\d+)\b(?!-)/g), ([, number]) => Number(number)),
    );
    const [pull] = numbers;
    // People who are thanked are no change.
    if (pull === undefined || numbers.size !== 1 || /first contribution/i.test(entry)) continue;
    // What a part of the changelog is called, or marked with, is no part of the sentence.
    const text = plainWords(entry)
      .replace(/^(?:\p{Extended_Pictographic}\uFE0F?\s*)+/u, "")
      .replace(/^(?:`[^`]+`|[0-9a-f]{7,40}):\s*/, "")
      .replace(/(?:^|(?<=[:.] )\*)breaking(?: change)?(?:\([^)]*\)| :warning:\*)?!?:?\s+/i, "");
    if (text !== "") found.push({ pull, text, heading });
  }
  return found;
}

function listEntries(changelog: string): readonly { heading: string; entry: string }[] {
  const entries: { heading: string; entry: string }[] = [];
  let heading = "";
  let current: string[] | null = null;
  const close = (): void => {
    if (current !== null) entries.push({ heading, entry: current.join(" ") });
    current = null;
  };
  for (const line of changelog.replaceAll(/<!--[\s\S]*?-->/g, "").split("\n")) {
    const bullet = /^\s{0,3}[-*+] +(.*)$/.exec(line);
    if (bullet !== null) {
      close();
      current = [bullet[1] ?? ""];
    } else if (line.startsWith("#")) {
      close();
      heading = line.replace(/^#+\s*/, "");
    } else if (line.trim() === "" || /^\s*(?:```|>|\|)/.test(line)) close();
    else if (current !== null && /^\s/.test(line)) current.push(line.trim());
    else close();
  }
  close();
  return entries;
}

/** Without links, references, hashes and thanks: all that our own code would render. */
function plainWords(entry: string): string {
  return entry
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replaceAll(/\[\[[#@][^\]]+\]\]:?/g, "")
    .replace(/^.*?Thanks (?:\[@[^\]]*\]\([^)]*\)(?:, | and )?)+! - /, "")
    .replace(/^\[#\d+\]\([^)]*\):?\s*/, "")
    .replaceAll(/\\([[\]`_*<>])/g, "$1")
    .replaceAll(
      /[,.;]?\s*\(?\b(?:see|by|via|in|from|closes|close|closed|fix|fixes|fixed)\b[ :]*(?:\[?[#@][^\s,()[\]]+\]?(?:\([^)]*\)|\[[^\]]*\])?(?:,| and|\/| in| by)?\s*)+\)?/gi,
      " ",
    )
    .replaceAll(/\(?\[`?[0-9a-f]{7,40}`?\]\([^)]*\)\)?/g, "")
    .replaceAll(/\(?(?:\[#\d+\](?:\([^)]*\)|\[\])?|#\d+)(?:,\s*)?\)?/g, "")
    .replaceAll(
      /\(?\[@[^\]/]+\](?:\([^)]*\)|\[[^\]]*\])?(?:,\s*)?\)?|\(@[\w-]+(?:,? (?:and )?@[\w-]+)*\)/g,
      "",
    )
    .replaceAll(/\[([^\]]+)\](?:\((?:[^()]|\([^)]*\))*\)|\[[^\]]*\])/g, "$1")
    .replaceAll("**", "")
    .replaceAll("&amp;", "&")
    .replaceAll(/(?<!\w)\(\s*[,.]*\s*\)/g, "")
    .replaceAll(/\s+/g, " ")
    .replace(/[\s,;:(-]+$/, "")
    .replace(/(?:\s+\(?@[\w-]+,?)+$/, "")
    .trim();
}
