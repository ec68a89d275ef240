import type { FeedbackRecord } from "../clocks/records.ts";
import type { Actor, Instant } from "../state.ts";
import type { Claim, KeptKinds, Seen } from "./kept.ts";

/** What issues say of releases. Text of people is looked through, and no word of it is kept. */

/** An issue as GitHub has it. */
export interface IssueRead {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Actor;
  /** By GitHub's word: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE… */
  readonly association: string;
  readonly createdAt: Instant;
  readonly closedAt: Instant | null;
  /** COMPLETED, NOT_PLANNED, DUPLICATE, REOPENED; null: GitHub does not say. */
  readonly reason: string | null;
  readonly labels: readonly string[];
  /** Of its owner, such as Bug; null: none, or labels say all. */
  readonly type: string | null;
  /** Pulls that closed it, or are to. */
  readonly fixPulls: readonly number[];
  /** Issue that it repeats; null: none. */
  readonly duplicateOf: number | null;
  /** We opened it: a desk, a rollback. */
  readonly isOurs: boolean;
}

const KINDS: readonly (readonly [FeedbackRecord["kind"], RegExp])[] = [
  ["regression", /^(?:kind|type)?\W*regression$/],
  ["bug", /^(?:kind|type)?\W*(?:bug|defect)$/],
  ["idea", /^(?:kind|type)?\W*(?:enhancement|feature|feature[ -]request|idea|suggestion)$/],
];

const DECLINED_LABELS = /^(?:invalid|wontfix|won't fix|duplicate|not[ -]a[ -]bug)$/;

const TEAM = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);

/** Null: it is no feedback, and never was, as far as this look knows. */
export function seeIssue(issue: IssueRead, at: Instant): Seen<KeptKinds["feedback"]> | null {
  if (issue.isOurs) return null;
  const key = `issue/${issue.number}`;
  const found = kindOfIssue(issue);
  // What lost its label or type is no feedback any more; where there is a record, it says so.
  if (found === null) return { at, isWhole: true, record: { key, isDropped: true } };
  const { kind, kindBy } = found;
  const { author } = issue;
  return {
    at,
    isWhole: true,
    record: {
      key,
      kind,
      kindBy,
      isDropped: false,
      openedAt: issue.createdAt,
      reporterId: author.id,
      reporter: author.isBot ? "bot" : TEAM.has(issue.association) ? "internal" : "external",
      claim: kind === "idea" ? null : findClaim(issue),
      duplicateOf: issue.duplicateOf === null ? null : `issue/${issue.duplicateOf}`,
      closedAt: issue.closedAt,
      resolution: issue.closedAt === null ? null : isDeclined(issue) ? "declined" : "fixed",
      fixPulls: issue.fixPulls,
      fixRelease: null,
    },
  };
}

type Kind = Pick<KeptKinds["feedback"], "kind" | "kindBy">;

/** The gravest that is said; by a label, where labels and the type say the same. */
function kindOfIssue({ labels, type }: IssueRead): Kind | null {
  const names = labels.map((name) => name.toLowerCase());
  for (const [kind, pattern] of KINDS) {
    if (names.some((name) => pattern.test(name))) return { kind, kindBy: "label" };
    if (type !== null && pattern.test(type.toLowerCase())) return { kind, kindBy: "type" };
  }
  return null;
}

/** Would its type say anything that its labels do not? */
export function isTypeTelling(issue: IssueRead): boolean {
  const known = issue.isOurs ? null : kindOfIssue({ ...issue, type: null })?.kind;
  return !issue.isOurs && (known === undefined || known === "idea");
}

function isDeclined({ reason, labels, duplicateOf }: IssueRead): boolean {
  if (reason === "NOT_PLANNED" || reason === "DUPLICATE" || duplicateOf !== null) return true;
  return labels.some((label) => DECLINED_LABELS.test(label.toLowerCase()));
}

/** Characters of a report that are looked through. */
const TEXT_CHARS_MAX = 65_536;

const VERSION = String.raw`\x60?v?(\d+\.\d+\.\d+(?:-[\w.]+)?)\x60?(?![\w.]*\d)`;
const WORDS = new RegExp(
  String.raw`\b(?:regress(?:ed|ion)(?:\s+\w+)?[ -](?:in|since|from|with)|broken\s+(?:in|since|by)|since\s+(?:the\s+)?(?:update|upgrade)\s+to)[:\s]+${VERSION}`,
  "i",
);
const LABEL = new RegExp(String.raw`^regressed[- ]?in[-:/ ]+${VERSION}$`, "i");
/** A field of an issue form, under its heading; forms have few others with a version alone. */
const FIELD = new RegExp(
  String.raw`^#{2,4} [^\n]{0,60}\bversion\b[^\n]{0,40}\r?\n\s*${VERSION}\s*$`,
  "im",
);
const FIXES = /^Fixes: ([0-9a-f]{7,40})\b/m;

/** Which release it is about, in its own words; null: it does not say. */
export function findClaim(issue: Pick<IssueRead, "title" | "body" | "labels">): Claim | null {
  const text = `${issue.title}\n${issue.body}`.slice(0, TEXT_CHARS_MAX);
  for (const label of issue.labels) {
    const version = LABEL.exec(label)?.[1];
    if (version !== undefined) return { by: "label", version };
  }
  const words = WORDS.exec(text)?.[1];
  if (words !== undefined) return { by: "words", version: words };
  const sha = FIXES.exec(text)?.[1];
  if (sha !== undefined) return { by: "words", sha };
  const version = FIELD.exec(text)?.[1];
  return version === undefined ? null : { by: "version-field", version };
}
