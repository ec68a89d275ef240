import { hasPerson } from "../dependency-bots.ts";
import { readFilesMarker } from "../files/files-marker.ts";
import { inertCode } from "../inert.ts";
import type { OpenPull } from "../pulls/open-pull.ts";
import { listNames } from "../reasons.ts";
import { readClaim } from "../reverts.ts";
import type { Claim } from "../reverts.ts";
import type { Commit, Instant, Line } from "../state.ts";
import { DAY_MS } from "../zone.ts";
import type { LineCount } from "./size-patch.ts";

/** Pulls that no size limit holds, because a rule says so: no person has to. */

/** Taking back has to be easy while what it takes back is fresh; later it has grown together. */
const RECENT_MS = 90 * DAY_MS;
/** A revert that names more pulls is judged as any other change. */
const REVERTED_MAX = 10;

/** An open pull, as far as exemptions look at it. */
export type ExemptionPull = Pick<
  OpenPull,
  "title" | "body" | "author" | "headSha" | "baseBranch" | "commits" | "commitCount"
>;

/** A merged pull that a revert names, as GitHub has it. */
export interface RevertedPull extends LineCount {
  readonly number: number;
  readonly baseBranch: string;
  readonly mergedAt: Instant;
  readonly files: number;
}

/** What an open pull changes in all, before anything is weighed. */
export interface Changed extends LineCount {
  readonly files: number;
}

/**
 * What an open pull says that it takes back; null: it is no revert, or not one whose size can be
 * compared. What brings a change back is judged as any other change.
 */
export function readRevert(pull: ExemptionPull, fullName: string): Claim | null {
  const { title, author, headSha: sha, body, commits } = pull;
  if (BRINGS_BACK.test(title)) return null;
  const described: Commit = {
    sha,
    message: body,
    author,
    committedAt: 0,
    parents: [],
    pulls: [],
    ourCheck: null,
  };
  // As it would be squashed: what it changes besides shows in its lines.
  const unit = { kind: "squash", sha, pull: null, title, author, at: 0 } as const;
  const claim = readClaim({ ...unit, commits: [described, ...commits] }, fullName);
  const names = claim === null ? 0 : claim.pulls.length + claim.shas.length;
  return names === 0 || names > REVERTED_MAX ? null : claim;
}

const BRINGS_BACK = /^(?:reapply\b|revert "(?:revert|reapply)\b)/i;

/**
 * Which rule exempts a pull, as Markdown of a sentence without a full stop; null: none does.
 * `exempt`: bots that the policy names, with or without `[bot]`.
 */
export function exemptionOf(
  facts: {
    readonly pull: ExemptionPull;
    readonly changed: Changed;
    /** Of what `readRevert` found, the pulls that are merged. */
    readonly reverted: readonly RevertedPull[];
    readonly now: Instant;
  },
  exempt: readonly string[],
): string | null {
  return exemptBot(facts.pull, exempt) ?? exemptRevert(facts);
}

/** Our own release pull: what it brings is made by rules, and to hold it would hold the release. */
export function exemptReleasePull(
  { author, isFork, body }: Pick<OpenPull, "author" | "isFork" | "body">,
  line: Line,
): string | null {
  const marker = author.isBot && !isFork ? readFilesMarker(body, line) : null;
  return marker === null
    ? null
    : `it brings the files of ${inertCode(marker.tag)}, as the policy asks`;
}

/** Not where a person has worked on it, or where that cannot be seen. */
export function exemptBot(pull: ExemptionPull, exempt: readonly string[]): string | null {
  const { author, commits, commitCount } = pull;
  const named = exempt.find((login) => nameOfBot(login) === nameOfBot(author.login));
  if (!author.isBot || named === undefined) return null;
  const isWhole = commits.length >= commitCount;
  if (!isWhole || commits.some((commit) => hasPerson(commit, author))) return null;
  return `${inertCode(author.login)} is named under \`size.exempt\` in the policy, and nobody else worked on it`;
}

function nameOfBot(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, "");
}

/** It changes no more lines and files than what it takes back did, the other way round. */
function exemptRevert({
  pull,
  changed,
  reverted,
  now,
}: Parameters<typeof exemptionOf>[0]): string | null {
  const own = reverted.filter(
    ({ baseBranch, mergedAt }) => baseBranch === pull.baseBranch && now - mergedAt <= RECENT_MS,
  );
  if (own.length === 0) return null;
  const sum = (key: "additions" | "deletions" | "files"): number =>
    own.reduce((all, each) => all + each[key], 0);
  const isMirrored =
    changed.additions <= sum("deletions") &&
    changed.deletions <= sum("additions") &&
    changed.files <= sum("files");
  const names = own.map(({ number }) => `#${number}`);
  return isMirrored ? `it does nothing but take back ${listNames(names)}` : null;
}
