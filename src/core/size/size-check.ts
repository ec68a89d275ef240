import type { ActionOf, CheckButton } from "../action.ts";
import { digestCheck } from "../check.ts";
import { inertJson, plainLine } from "../inert.ts";
import type { OpenPull, SizeSeen } from "../pulls/open-pull.ts";
import type { Sha } from "../state.ts";
import { renderSizeDetail } from "./size-detail.ts";
import type { SizePolicy } from "./size-policy.ts";
import type { SizeTelling } from "./size-schema.ts";
import { sentenceOfSize, sentenceOfTotals } from "./size-words.ts";
import type { Size } from "./size.ts";

/** Name of our check run that says how large a pull is. */
export const SIZE_CHECK_NAME = "smallbatch/size";

/** What the title of a check begins with where somebody's word lets it through. */
export const LET_THROUGH = "let through by ";

const TITLE_CHARS_MAX = 120;
/** What GitHub takes of a summary; the rest of it is the block that agents read. */
const SUMMARY_CHARS_MAX = 65_535;
const DETAIL_CHARS_MAX = 45_000;
/** Files in that block, fewer where their names are long; `smallbatch size --json` has all. */
const LISTED_MAX = 50;

/** A limit as it applies. */
export interface LimitSource {
  /** `size.limit.lines` */
  readonly key: string;
  /** `1000` */
  readonly value: string;
  /** Line of the policy, from 1; null: the default. */
  readonly line: number | null;
}

/** Of a `SizeException`, what people read. */
export interface ExceptionSaid {
  /** Login. */
  readonly by: string;
  /** Untrusted text. */
  readonly reason: string;
  /** Page where it was said; null: nobody knows any more. */
  readonly url: string | null;
}

/** All that the check on one head says. */
export interface SizeFacts {
  readonly pull: number;
  readonly headSha: Sha;
  readonly size: Size;
  readonly telling: "advisory" | "required";
  readonly sources: readonly LimitSource[];
  /** Where the pull left its base: `.gitattributes` were read there; null: nobody knows. */
  readonly baseSha: Sha | null;
  /**
   * Lines and files as GitHub counts them, where it did not list them at all just now; null: it did.
   */
  readonly unanswered: SizeSeen["totals"] | null;
  /** Branch whose policy it is. */
  readonly policyBranch: string;
  /** Markdown of what can go first; null: there is no need, or nothing that could. */
  readonly plan: string | null;
  /** Who let this very head be as large as it is; null: nobody. */
  readonly exception: ExceptionSaid | null;
  /** The sentence of the rule that exempts it, without a full stop; null: none does. */
  readonly exempt: string | null;
}

/** A check run as it has to stand on the head. */
export type CheckWanted = Pick<
  ActionOf<"writeCheck">,
  "title" | "summary" | "conclusion" | "buttons"
>;

/** A press lifts nothing: who, why and of which commit are said by a comment, and kept. */
const HOW_BUTTON: CheckButton = {
  identifier: "size-ok",
  label: "Let it through?",
  description: "Comment /size-ok and the reason.",
};

/** Told once more in other words, all open pulls are measured again as they are looked at. */
const FORM = 1;

/**
 * `external_id` of the check: the pull, and a digest of all that its words are made from, known
 * before any file is read. Equal means that there is nothing to read and nothing to write.
 */
export function sizeIdOf(
  { number, headSha, baseBranch, isDraft, sized }: OpenPull,
  by: {
    readonly policy: SizePolicy;
    readonly telling: SizeTelling;
    readonly sources: readonly LimitSource[];
    readonly exception: ExceptionSaid | null;
    readonly exempt: string | null;
  },
): string {
  const said = [FORM, headSha, baseBranch, isDraft, sized?.totals, by];
  return digestCheck(`size:${number}`, said);
}

/** The same of a check that says that GitHub gave no answer: a later look tries again. */
export function unansweredIdOf(externalId: string): string {
  return `${externalId}~`;
}

/**
 * Number of the pull that a check of this `external_id` is on, or of the last one of the merge
 * group; null: it is none of these.
 */
export function readSizeId(externalId: string): number | null {
  const [, number] =
    /^smallbatch:1:(?:size|size-group|preview-group):(\d{1,9}):/.exec(externalId) ?? [];
  return number === undefined ? null : Number(number);
}

/** Is a check of this `external_id` on a merge group? */
export function isOfGroup(externalId: string): boolean {
  return /^smallbatch:1:(?:size|preview)-group:/.test(externalId);
}

/** The check on a head, from its measure and from what people and rules say about it. */
export function sizeCheckOf(facts: SizeFacts): CheckWanted {
  const title = plainLine(titleOf(facts), TITLE_CHARS_MAX);
  const detail = renderSizeDetail(facts).slice(0, DETAIL_CHARS_MAX);
  const room = SUMMARY_CHARS_MAX - blockAfter(detail, "").length;
  let listed = LISTED_MAX;
  let json = inertJson(forAgents(facts, listed));
  while (json.length > room && listed > 0) {
    listed -= 1;
    json = inertJson(forAgents(facts, listed));
  }
  const summary = blockAfter(detail, json);
  const conclusion = concludeSize(facts);
  return { title, summary, conclusion, buttons: conclusion === "failure" ? [HOW_BUTTON] : [] };
}

function blockAfter(detail: string, json: string): string {
  return `${detail}\n\n\`\`\`json\n${json}\n\`\`\``;
}

function titleOf({ size, unanswered, exception, exempt }: SizeFacts): string {
  if (unanswered !== null) return sentenceOfTotals(unanswered);
  const sentence = sentenceOfSize(size);
  if (size.verdict === "ok") return sentence;
  if (exempt !== null) return `exempt · ${sentence}`;
  return exception === null ? sentence : `${LET_THROUGH}${exception.by} · ${sentence}`;
}

/**
 * Neutral is no failure, and GitHub takes it as passed. What nobody could measure fails where the
 * size is required: "unknown" is never "small".
 */
function concludeSize({
  size: { verdict },
  telling,
  exception,
  exempt,
}: Pick<SizeFacts, "size" | "telling" | "exception" | "exempt">): CheckWanted["conclusion"] {
  if (verdict === "ok" || exception !== null || exempt !== null) return "success";
  return telling === "required" && verdict !== "warn" ? "failure" : "neutral";
}

/** The fields of `smallbatch size --json`, and what only the check knows. */
function forAgents(facts: SizeFacts, listed: number): Record<string, unknown> {
  const { pull, headSha: asOf, baseSha, size, telling: check, exception, exempt } = facts;
  const { verdict, bucket, lines, files, changed, uncounted, isTruncated, parts, list } = size;
  return {
    pull,
    asOf,
    base: baseSha,
    verdict,
    check,
    bucket,
    lines,
    files,
    limits: parts[0]?.limits,
    changed,
    uncounted,
    isTruncated,
    exempt,
    exception: exception === null ? null : { by: exception.by, reason: exception.reason },
    // Names as they are, or nobody would find the files: what is active in them is escaped.
    list: list.slice(0, listed).map(({ path, additions, deletions, counted, why }) => ({
      path,
      additions,
      deletions,
      counted,
      why,
    })),
  };
}
