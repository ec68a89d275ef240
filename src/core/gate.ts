import { isAgent } from "./agents.ts";
import type { AgentSeen } from "./agents.ts";
import { pathsOf } from "./changes.ts";
import type { FileList } from "./changes.ts";
import { matchesGlob } from "./glob.ts";
import { inertCode } from "./inert.ts";
import { judgeRight } from "./permission.ts";
import type { Gates, PathRule } from "./policy/gates-schema.ts";
import type { Label, Review } from "./pull.ts";
import type { Actor, Instant, Sha } from "./state.ts";

/**
 * Set on a merged pull by somebody with write: "I have reviewed what was merged". GitHub's page of
 * a merged pull offers no approval; its API takes one.
 */
export const REVIEWED_LABEL = "release:reviewed";

/** A pull, open or merged, or a commit that was pushed without one: what the gates look at. */
export interface GatedChange {
  /** Null: pushed without a pull. Nobody can review that. */
  readonly number: number | null;
  readonly author: Actor;
  /** Null: not merged, or by an account that is gone. */
  readonly mergedBy: Actor | null;
  /** Null: not merged. */
  readonly mergedAt: Instant | null;
  /** Last commit of its branch: what an approval has to be about. */
  readonly headSha: Sha;
  /** Oldest first. */
  readonly reviews: readonly Review[];
  /** Also those that were not read. */
  readonly reviewCount: number;
  readonly labels: readonly Label[];
  readonly agents: readonly AgentSeen[];
}

/** `unknown` is never `passed`: what would have to be known was not. */
export type GateVerdict = "passed" | "failed" | "not-applicable" | "unknown";

export interface GateJudgement {
  /** `agents`, `paths infra/**` or `authorMayMerge`. */
  readonly rule: string;
  readonly verdict: GateVerdict;
  /** Markdown: who let it pass, or what is missing and who could give it. No full stop. */
  readonly text: string;
  /** Logins of who approved, where that let it pass. */
  readonly by: readonly string[];
  /** Login of whoever vouched for it by label after the merge, where it would not pass else. */
  readonly vouchedBy: string | null;
  /** True: it does not apply yet, and would fail where its own author merges it. */
  readonly isAhead?: true;
}

/**
 * How each rule of the policy stands for one change, in the order agents, paths, author. `files` null:
 * not read. Rules that ask for nothing are left out.
 */
export function judgeGates(
  change: GatedChange,
  files: FileList | null,
  gates: Gates,
): readonly GateJudgement[] {
  const consent = readConsent(change);
  const paths = Object.entries(gates.paths).map(([pattern, rule]) =>
    judgePath(consent, { pattern, rule }, files),
  );
  return [
    ...(gates.agents === "record" ? [] : [judgeAgents(consent, gates.agents)]),
    ...paths,
    ...(gates.authorMayMerge ? [] : [judgeMerger(consent)]),
  ];
}

/** A change with everybody whose approval counts. */
interface Consent {
  readonly change: GatedChange;
  /** Newest opinion of each reviewer that is an approval which counts. */
  readonly approvals: readonly Review[];
  /** Why other approvals do not count. */
  readonly doubts: readonly string[];
  readonly vouchedBy: string | null;
}

function readConsent(change: GatedChange): Consent {
  const newest = new Map<string, Review>();
  for (const review of change.reviews) {
    // A comment takes no approval back.
    if (review.state !== "commented") newest.set(review.author.login.toLowerCase(), review);
  }
  const approved = [...newest.values()].filter(({ state }) => state === "approved");
  const judged = approved.map((review) => ({ review, doubt: doubtOf(change, review) }));
  return {
    change,
    approvals: judged.flatMap(({ review, doubt }) => (doubt === null ? [review] : [])),
    doubts: judged.flatMap(({ doubt }) => (doubt === null || doubt === "" ? [] : [doubt])),
    vouchedBy: findVoucher(change),
  };
}

/** Why an approval does not count; empty where that goes without saying. */
function doubtOf(change: GatedChange, { author, sha, at, mayWrite }: Review): string | null {
  if (!isPerson(author) || isSame(author, change.author)) return "";
  const name = inertCode(author.login);
  if (!mayWrite) return `${name} approved it, and may not write here`;
  if (sha !== change.headSha) {
    const what = sha === null ? "a commit that is gone" : inertCode(sha.slice(0, 7));
    const merged = change.mergedAt === null ? "its last commit is" : "what was merged is";
    return `${name} approved ${what}, and ${merged} ${inertCode(change.headSha.slice(0, 7))}`;
  }
  const { mergedBy, mergedAt } = change;
  const isLate = mergedAt !== null && (at === null || at > mergedAt);
  if (isLate && mergedBy !== null && isSame(author, mergedBy)) {
    return `${name} approved it only after merging it`;
  }
  return null;
}

/** The label counts after the merge only: before it, commits may follow. */
function findVoucher({ labels, author, mergedBy, mergedAt }: GatedChange): string | null {
  const label = labels.find(({ name }) => name.toLowerCase() === REVIEWED_LABEL);
  const setBy = label?.setBy ?? null;
  if (label === undefined || setBy === null || mergedAt === null || setBy.at < mergedAt)
    return null;
  const own = [author.login, mergedBy?.login ?? ""].map((login) => login.toLowerCase());
  if (own.includes(setBy.login.toLowerCase())) return null;
  const person = { login: setBy.login, permission: label.setterPermission ?? "none" };
  return judgeRight("vouch", person, null).kind === "may" ? setBy.login : null;
}

function isPerson(actor: Actor): boolean {
  return !actor.isBot && actor.id !== null && !isAgent(actor);
}

function isSame(left: Actor, right: Actor): boolean {
  return left.id === null || right.id === null
    ? left.login.toLowerCase() === right.login.toLowerCase()
    : left.id === right.id;
}

function judgeAgents(consent: Consent, needed: Exclude<Gates["agents"], "record">): GateJudgement {
  const [agent] = consent.change.agents;
  if (agent === undefined) return idle("agents", "no agent was seen at work");
  return judgeReviews(consent, "agents", needed, `written with ${agent.name}`);
}

function judgePath(
  consent: Consent,
  { pattern, rule }: { readonly pattern: string; readonly rule: PathRule },
  files: FileList | null,
): GateJudgement {
  const name = `paths ${pattern}`;
  const found = files === null ? [] : pathsOf(files);
  const path = found.find((own) => matchesGlob(pattern, own)) ?? null;
  if (path !== null) return judgeReviews(consent, name, rule, `it touches ${inertCode(path)}`);
  if (files?.isComplete === true) return idle(name, `it touches nothing of ${inertCode(pattern)}`);
  const passed = judgeReviews(consent, name, rule, "");
  // Whether it touches them or not: what they ask for is there.
  if (passed.verdict === "passed") return passed;
  const known = `GitHub lists ${found.length} of its files, and not all`;
  const why = `nobody knows whether it touches ${inertCode(pattern)}: ${known}`;
  return { ...judgeReviews(consent, name, rule, why), verdict: "unknown" };
}

function judgeMerger(consent: Consent): GateJudgement {
  const rule = "authorMayMerge";
  const { number, author, mergedBy, mergedAt } = consent.change;
  if (number === null) return idle(rule, "pushed without a pull request");
  const passed = judgeReviews(consent, rule, "human-review", "its own author merged it");
  if (passed.verdict === "passed") return passed;
  if (mergedAt === null) {
    const text = `if its author merges it, ${lacking(consent, "human-review")} first`;
    return { ...idle(rule, text), isAhead: true };
  }
  if (mergedBy === null) return { ...passed, verdict: "unknown" };
  const name = inertCode(mergedBy.login);
  return isSame(author, mergedBy) ? passed : idle(rule, `${name} merged it, not its author`);
}

function idle(rule: string, text: string): GateJudgement {
  return { rule, verdict: "not-applicable", text, by: [], vouchedBy: null };
}

/** Are the reviews there that a rule asks for? `why` it applies. */
function judgeReviews(
  consent: Consent,
  rule: string,
  needed: PathRule,
  why: string,
): GateJudgement {
  const { change, approvals, vouchedBy } = consent;
  const named = approvals.filter(({ author }) => isNamed(needed, author.login));
  const by = named.map(({ author }) => author.login);
  const least = needed === "two-reviews" ? 2 : 1;
  const base = { rule, by, vouchedBy: null };
  const isOwn = typeof needed !== "string" && isNamed(needed, change.author.login);
  if (isOwn) {
    const text = `${inertCode(change.author.login)} wrote it, and is named for these paths`;
    return { ...base, verdict: "passed", text };
  }
  if (by.length >= least) {
    const text = `approved by ${by.map((login) => inertCode(login)).join(", ")}`;
    return { ...base, verdict: "passed", text };
  }
  const isNew = vouchedBy !== null && !by.some((login) => isEqual(login, vouchedBy));
  if (isNew && isNamed(needed, vouchedBy) && by.length + 1 >= least) {
    const text = `${inertCode(vouchedBy)} vouched for it by the label ${inertCode(REVIEWED_LABEL)}`;
    return { ...base, verdict: "passed", text, vouchedBy };
  }
  const isCut = change.reviewCount > change.reviews.length;
  const read = `; only the newest ${change.reviews.length} of its ${change.reviewCount} reviews were read`;
  const doubts = consent.doubts.map((doubt) => `; ${doubt}`).join("");
  const reason = why === "" ? "" : ` (${why})`;
  const text = `${lacking(consent, needed)}${reason}${doubts}${isCut ? read : ""}`;
  return { ...base, verdict: isCut ? "unknown" : "failed", text };
}

function isNamed(needed: PathRule, login: string): boolean {
  return typeof needed === "string" || needed.some((named) => isEqual(named, login));
}

function isEqual(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** `it needs an approval by a person with write permission who is not alice` */
function lacking({ change, approvals }: Consent, needed: PathRule): string {
  if (change.number === null) {
    return "it was pushed without a pull request, where nobody could review it";
  }
  if (typeof needed !== "string") {
    const names = needed.map((login) => inertCode(login));
    return `it needs an approval by ${names.join(" or ")}`;
  }
  const isSecond = needed === "two-reviews" && approvals.length > 0;
  const count = needed === "two-reviews" && !isSecond ? "two approvals" : "an approval";
  const whom = count === "an approval" ? "a person who" : "two people who";
  const others = isSecond ? approvals.map(({ author }) => author.login) : [];
  const late = change.mergedAt === null || change.mergedBy === null ? [] : [change.mergedBy.login];
  const own = [change.author.login, ...late, ...others];
  const excluded = [
    ...new Map(own.map((login) => [login.toLowerCase(), inertCode(login)])).values(),
  ];
  const verb = count === "an approval" ? "may write here and is" : "may write here and are";
  return `it needs ${isSecond ? "one more approval" : count} by ${whom} ${verb} not ${excluded.join(" or ")}`;
}
