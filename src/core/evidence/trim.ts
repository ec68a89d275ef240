import type { Attributes } from "../size/attributes.ts";
import { findKind } from "../size/size-kind.ts";
import { DEFAULT_SIZE } from "../size/size-policy.ts";
import type { NoteSource, SourceFile } from "./source.ts";

/** What is sent of one source. Everything in it is cleaned, untrusted text. */
export interface TrimmedSource {
  readonly title: string;
  readonly labels: readonly string[];
  readonly breaking: readonly string[];
  readonly security: readonly string[];
  /** Empty where it was left out or there is none. */
  readonly body: string;
  readonly commits: readonly string[];
  readonly files: readonly string[];
  readonly diff: string;
}

/** Dearer by five times above 100,000 tokens, so that an estimate may be off by a tenth. */
export const REQUEST_TOKENS_MAX = 90_000;

/**
 * What one pull may take on average. Five pulls with their diffs cost less than a tenth of a cent
 * then (`scripts/notes-cost.ts`); more of a diff hardly says more to a user.
 */
const PULL_TOKENS = 850;
const BATCH_TOKENS = 500;

/** Of one field of one pull, so that a long one leaves room for the diff. Characters. */
const BODY_CHARS_MAX = 4_000;
const COMMIT_CHARS_MAX = 600;
const FILE_PATCH_CHARS_MAX = 3_000;
const COMMITS_MAX = 20;
const FILES_MAX = 60;

const CUT = " […]";

/** An estimate, not the service's count: 2.5 characters a token, and one for each that is no ASCII. */
export function estimateTokens(text: string): number {
  let others = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) others += 1;
  return Math.ceil((text.length - others) / 2.5 + others);
}

/**
 * What is sent of each source, so that all of them keep to the budget: diffs give way first, then
 * bodies with commit messages and file names; titles and labels never. Null where these alone are
 * more than a request may hold. `fixedTokens`: what the request holds besides.
 */
export function trimSources(
  sources: readonly NoteSource[],
  sends: "titles" | "diffs",
  fixedTokens: number,
): readonly TrimmedSource[] | null {
  const wanted = sources.map((source) => ({ head: headOf(source), ...textsOf(source, sends) }));
  const headTokens = sum(wanted.map(({ head }) => tokensOf(head)));
  const room = REQUEST_TOKENS_MAX - fixedTokens - headTokens;
  if (room < 0) return null;
  const budget = BATCH_TOKENS + PULL_TOKENS * sources.length;
  const left = Math.min(room, Math.max(0, budget - headTokens));
  const withTexts = shareOut(wanted, ({ texts }) => tokensOf(texts), left).map(
    ({ item, share }) => ({ ...item, texts: trimTexts(item.texts, share) }),
  );
  const leftForDiffs = left - sum(withTexts.map(({ texts }) => tokensOf(texts)));
  return shareOut(withTexts, ({ diff }) => estimateTokens(diff), leftForDiffs).map(
    ({ item: { head, texts, diff }, share }) => ({
      ...head,
      ...texts,
      diff: cutLines(diff, share),
    }),
  );
}

type Head = Pick<TrimmedSource, "title" | "labels" | "breaking" | "security">;
type Texts = Pick<TrimmedSource, "body" | "commits" | "files">;

const EMPTY: Texts = { body: "", commits: [], files: [] };

function headOf({ title, labels, signals }: NoteSource): Head {
  const { breaking, security } = signals;
  return { title, labels, breaking, security };
}

function textsOf(
  source: NoteSource,
  sends: "titles" | "diffs",
): { readonly texts: Texts; readonly diff: string } {
  const body = cut(source.body, BODY_CHARS_MAX);
  if (sends === "titles") return { texts: { ...EMPTY, body }, diff: "" };
  const said = `${source.title}\n\n${source.body}`.trim();
  const commits = source.commits
    .filter((message) => message.trim() !== said)
    .slice(0, COMMITS_MAX)
    .map((message) => cut(message, COMMIT_CHARS_MAX));
  const files = source.files.slice(0, FILES_MAX).map((file) => {
    const before = file.previousPath === null ? "" : ` (was ${file.previousPath})`;
    return `${file.path}${before}`;
  });
  const patches = orderPatches(source.files).flatMap(({ path, patch }) =>
    patch === null || patch === "" ? [] : [`${path}\n${cut(patch, FILE_PATCH_CHARS_MAX)}`],
  );
  return { texts: { body, commits, files }, diff: patches.join("\n") };
}

/** Code first, then tests and documents; lock files and what is generated say nothing to a user. */
function orderPatches(files: readonly SourceFile[]): readonly SourceFile[] {
  return files
    .map((file) => {
      const { kind } = findKind(file.path, NO_ATTRIBUTES, DEFAULT_SIZE);
      return { file, weight: DEFAULT_SIZE.weights[kind] };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((left, right) => right.weight - left.weight)
    .map(({ file }) => file);
}

const NO_ATTRIBUTES: Attributes = new Map();

/** The body goes last: it says what a change is for. */
function trimTexts(texts: Texts, share: number): Texts {
  let left = share;
  const keep = (text: string): string => {
    const kept = cutLines(text, left);
    left -= estimateTokens(kept);
    return kept;
  };
  const keepAll = (list: readonly string[]): readonly string[] =>
    list.map(keep).filter((text) => text !== "");
  const body = keep(texts.body);
  return { body, commits: keepAll(texts.commits), files: keepAll(texts.files) };
}

interface Shared<Item> {
  readonly item: Item;
  /** Tokens. */
  share: number;
}

/**
 * Shares of a budget, in the order of the items: who wants less than an even share leaves the rest
 * to the others, so that one long text takes no room from short ones.
 */
function shareOut<Item>(
  items: readonly Item[],
  wantOf: (item: Item) => number,
  budget: number,
): readonly Shared<Item>[] {
  const shared = items.map((item): Shared<Item> & { want: number } => ({
    item,
    want: wantOf(item),
    share: 0,
  }));
  let left = budget;
  for (const [rank, each] of shared.toSorted((a, b) => a.want - b.want).entries()) {
    each.share = Math.min(each.want, Math.floor(left / (shared.length - rank)));
    left -= each.share;
  }
  return shared;
}

function tokensOf(values: Readonly<Record<string, string | readonly string[]>>): number {
  return sum(
    Object.values(values).flatMap((value) =>
      typeof value === "string"
        ? [estimateTokens(value)]
        : value.map((text) => estimateTokens(text)),
    ),
  );
}

/** Whole lines where there are several, else a part of the first; empty where nothing fits. */
function cutLines(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  const chars = Math.floor((tokens - estimateTokens(CUT)) * 2.5);
  if (chars <= 0) return "";
  let part = sliceWhole(text, chars);
  while (part !== "" && estimateTokens(part) + estimateTokens(CUT) > tokens) {
    part = sliceWhole(part, Math.floor(part.length * 0.8));
  }
  const end = part.lastIndexOf("\n");
  const kept = end > 0 ? part.slice(0, end) : part;
  return kept === "" ? "" : `${kept}${CUT}`;
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${sliceWhole(text, chars)}${CUT}`;
}

/** Never half of a character. */
function sliceWhole(text: string, chars: number): string {
  const part = text.slice(0, chars);
  return /[\uD800-\uDBFF]$/.test(part) ? part.slice(0, -1) : part;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
