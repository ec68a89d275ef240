import { inertCode, inertText } from "../inert.ts";
import { SIZE_CHECK_NAME } from "./size-check.ts";
import type { SizeFacts } from "./size-check.ts";
import { formatCount, sentenceOfSize } from "./size-words.ts";
import type { Size } from "./size.ts";

/** What the status comment says of a size to whoever opened the pull, and only over the limit. */

/** Of what it is told: who wrote it, and whether anybody is asked to review it. */
interface Addressed {
  readonly author: { readonly isBot: boolean };
  readonly isDraft: boolean;
}

/** Bots are never told, and a draft is nobody's to review yet. */
function isTold({ author, isDraft }: Addressed): boolean {
  return !author.isBot && !isDraft;
}

/** May there be something to write, or to fold? `hasComment`: one of ours stands on the pull. */
export function mayChangeNote(facts: SizeFacts, pull: Addressed, hasComment: boolean): boolean {
  return hasComment || (isTold(pull) && isExcessive(facts));
}

/**
 * The note as it has to be, Markdown; null: as it stands. `standing`: what is said there; null:
 * nothing, and never was. `checks`: an address.
 */
export function nextSizeNote(
  facts: SizeFacts,
  pull: Addressed,
  { standing, checks }: { readonly standing: string | null; readonly checks: string },
): string | null {
  if (isExcessive(facts)) return isTold(pull) ? renderNote(facts, checks) : null;
  // What nobody can measure now was too large when it was told.
  if (isUnknown(facts)) return null;
  return standing === null || standing.startsWith(FOLDED) ? null : foldNote(facts);
}

function isExcessive({ size, exception, exempt }: SizeFacts): boolean {
  return size.verdict === "over" && exception === null && exempt === null;
}

function isUnknown({ size, exception, exempt }: SizeFacts): boolean {
  return size.verdict === "unknown" && exception === null && exempt === null;
}

function renderNote({ size, telling }: SizeFacts, checks: string): string {
  const how =
    telling === "required"
      ? "If it has to stay in one piece, say why: somebody who may can let this commit through with `/size-ok` and the reason."
      : "This is advice: it may be merged as it is.";
  return [
    `**Thank you for this! It is larger than one review can do well:** ${describeExcess(size)}.`,
    `Smaller pull requests get better reviews and are easily rolled back. The check [${SIZE_CHECK_NAME}](${checks}) shows what counts and a way to split it. ${how}`,
  ].join("\n\n");
}

/** `1,312 weighted lines, where 1,000 are the limit` */
function describeExcess({ parts }: Size): string {
  const over = parts.filter(({ verdict }) => verdict === "over");
  const said = over.map(({ name, lines, files, limits: { limit } }) => {
    const where = name === null ? "" : ` in ${inertCode(name)}`;
    return lines > limit.lines
      ? `${formatCount(lines)} weighted lines${where}, where ${formatCount(limit.lines)} are the limit`
      : `${formatCount(files)} files${where}, where ${formatCount(limit.files)} are the limit`;
  });
  return said.join("; ");
}

const FOLDED = "<details>";

/** What a note becomes that holds no more: folded, so that nobody wonders where it went. */
function foldNote({ size, exception, exempt }: SizeFacts): string {
  const now =
    exempt !== null
      ? "The size limit does not apply here"
      : exception === null
        ? `No longer too large: ${inertText(sentenceOfSize(size))}`
        : "Let through as large as it was";
  return `${FOLDED}<summary>${now}</summary>\n\nIt was larger than the limit before.\n\n</details>`;
}
