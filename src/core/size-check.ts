import type { ActionOf } from "./action.ts";
import { inertJson, plainLine } from "./inert.ts";
import { renderSizeDetail } from "./size-detail.ts";
import { sentenceOfSize } from "./size-words.ts";
import type { Size } from "./size.ts";
import type { Sha } from "./state.ts";

const TITLE_CHARS_MAX = 120;
/** GitHub takes 65,535 characters of summary. */
const DETAIL_CHARS_MAX = 45_000;
/** Files in the block that agents read; `smallbatch size --json` has all. */
const LISTED_MAX = 50;

/** A limit as it applies. */
interface LimitSource {
  /** `size.limit.lines` */
  readonly key: string;
  /** `1000` */
  readonly value: string;
  /** Line of the policy, from 1; null: the default. */
  readonly line: number | null;
}

/** Of a `SizeException`, what people read. */
interface ExceptionSaid {
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
  /** Where the pull left its base: `.gitattributes` were read there. */
  readonly baseSha: Sha;
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
export type CheckWanted = Pick<ActionOf<"writeCheck">, "title" | "summary" | "conclusion">;

/** The check on a head, from its measure and from what people and rules say about it. */
export function sizeCheckOf(facts: SizeFacts): CheckWanted {
  const title = plainLine(titleOf(facts), TITLE_CHARS_MAX);
  const detail = renderSizeDetail(facts).slice(0, DETAIL_CHARS_MAX);
  const json = inertJson(forAgents(facts));
  const summary = `${detail}\n\n\`\`\`json\n${json}\n\`\`\``;
  return { title, summary, conclusion: concludeSize(facts) };
}

function titleOf({ size, exception, exempt }: SizeFacts): string {
  const sentence = sentenceOfSize(size);
  if (size.verdict === "ok") return sentence;
  if (exempt !== null) return `exempt · ${sentence}`;
  return exception === null ? sentence : `let through by ${exception.by} · ${sentence}`;
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
function forAgents(facts: SizeFacts): Record<string, unknown> {
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
    list: list.slice(0, LISTED_MAX).map(({ path, additions, deletions, counted, why }) => ({
      path: plainLine(path),
      additions,
      deletions,
      counted,
      why,
    })),
  };
}
