import { buildHistory } from "../../src/core/history.ts";
import type { History, TagRead } from "../../src/core/history.ts";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import type { Memory } from "../../src/core/memory.ts";
import type { ClosedIssue, Label, Pull } from "../../src/core/pull.ts";
import type { OpenPull } from "../../src/core/pulls/open-pull.ts";
import type {
  Actor,
  CheckSeen,
  Commit,
  Head,
  Instant,
  LineState,
  PolicyFile,
  ReleaseSeen,
  Sha,
  TagSeen,
} from "../../src/core/state.ts";

/** Monday, 2 March 2026, 12:00 UTC. */
export const NOON: Instant = Date.UTC(2026, 2, 2, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `sha(7)`: forty digits that end in the number. */
export function sha(number: number): Sha {
  return `${"a0".repeat(17)}${number.toString(16).padStart(6, "0")}`;
}

/** Last commit of the branch of pull `number`, which a squash leaves behind. */
export function headOf(number: number): Sha {
  return sha(0xc0_0000 + number);
}

export const ALICE: Actor = { id: 11, login: "alice", isBot: false };
export const BOB: Actor = { id: 12, login: "bob", isBot: false };
export const ROBOT: Actor = { id: 13, login: "dependabot[bot]", isBot: true };

export function label(name: string, setterPermission: Label["setterPermission"] = null): Label {
  return { name, setterPermission };
}

export function issue(number: number, repository = "acme/widgets"): ClosedIssue {
  return { number, nodeId: `I_${repository}_${number}`, repository };
}

export function pull(number: number, change: Partial<Pull> = {}): Pull {
  return {
    number,
    nodeId: `PR_${number}`,
    title: `fix: change ${number}`,
    body: "",
    author: ALICE,
    mergedBy: BOB,
    mergedAt: NOON - MINUTE,
    mergeSha: sha(number),
    headSha: headOf(number),
    baseBranch: "main",
    commitCount: 1,
    lastCommitHeadline: `work of ${number}`,
    labels: [],
    closes: [],
    reviews: [],
    reviewCount: change.reviews?.length ?? 0,
    ...change,
  };
}

/** Pull 12, open, of one commit on v1.4.2. */
export function openPull(change: Partial<OpenPull> = {}): OpenPull {
  const { mergedBy: _, mergedAt: _at, mergeSha: _sha, ...open } = pull(12);
  return {
    ...open,
    title: "fix: stop shrinking",
    headSha: sha(77),
    isOpen: true,
    isDraft: false,
    isFork: false,
    files: null,
    policy: null,
    sized: null,
    commits: [commit(77, { message: "work", parents: [sha(1)] })],
    ourCheck: null,
    previews: [],
    merging: { squash: true, commits: true, squashBody: "commits" },
    ...change,
  };
}

export function commit(number: number, change: Partial<Commit> = {}): Commit {
  return {
    sha: sha(number),
    message: `fix: change ${number} (#${number})`,
    author: ALICE,
    committedAt: NOON - MINUTE,
    parents: [sha(number - 1)],
    pulls: [],
    ourCheck: null,
    ...change,
  };
}

export function check(name: string, change: Partial<CheckSeen> = {}): CheckSeen {
  return {
    name,
    source: "check_run",
    state: "green",
    appId: 15368,
    startedAt: NOON - MINUTE,
    endedAt: null,
    url: null,
    ...change,
  };
}

/** What continuous integration says of a commit. */
export const GREEN = [check("ci/test")];
export const RED = [check("ci/test", { state: "red" })];
export const PENDING = [check("ci/test", { state: "pending" })];

export function tag(name: string, change: Partial<TagSeen> = {}): TagSeen {
  return { name, sha: sha(1), isAncestor: true, ...change };
}

export function release(name: string, change: Partial<ReleaseSeen> = {}): ReleaseSeen {
  return {
    id: 500,
    tag: name,
    sha: sha(1),
    isDraft: false,
    isPrerelease: false,
    isLatest: true,
    publishedAt: NOON - 2 * DAY,
    url: `https://github.com/acme/widgets/releases/tag/${name}`,
    isOurs: true,
    cardPulls: [],
    cardChecks: ["ci/test"],
    checks: [check("ci/test", { startedAt: NOON - 2 * DAY - MINUTE })],
    ourCheck: null,
    ...change,
  };
}

export function policyFile(text = "version: 1\n", change: Partial<PolicyFile> = {}): PolicyFile {
  return {
    path: ".github/smallbatch.yml",
    sha: sha(0xb10b),
    text,
    sizeBytes: Buffer.byteLength(text),
    ...change,
  };
}

/**
 * A started line at v1.4.2 whose head is the squash of pull 2, green and ready: one release of
 * v1.4.3 is due. Tests start here and change one thing.
 */
export function lineState(change: Partial<LineState> = {}): LineState {
  return {
    appId: 99,
    canRelease: true,
    repository: {
      id: 42,
      nodeId: "R_42",
      owner: "acme",
      name: "widgets",
      isPrivate: false,
      isArchived: false,
      defaultBranch: "main",
      url: "https://github.com/acme/widgets",
    },
    line: { repositoryId: 42, branch: "main", component: "", channel: "stable" },
    head: head(),
    policyFile: policyFile(),
    policyHistory: [],
    startedAt: NOON - 30 * DAY,
    isStartForced: false,
    tags: [tag("v1.4.2"), tag("v1.4.1", { sha: sha(0) })],
    releases: [release("v1.4.2")],
    baseTag: tag("v1.4.2"),
    unfinished: null,
    commits: [commit(2, { pulls: [2] })],
    commitCount: 1,
    earlierCommitCount: 0,
    maintenanceBranches: [],
    linked: null,
    pulls: [pull(2)],
    recentMerges: [],
    firstTimers: [],
    previews: [],
    announcement: null,
    memory: EMPTY_MEMORY,
    ...change,
  };
}

export function head(change: Partial<Head> = {}): Head {
  return {
    sha: sha(2),
    arrivedAt: NOON - MINUTE,
    checks: [check("ci/test")],
    ourCheck: null,
    requiredContexts: [],
    ...change,
  };
}

export function memory(change: Partial<Memory> = {}): Memory {
  return { ...EMPTY_MEMORY, ...change };
}

/**
 * A state whose batch are these squashed pulls, oldest first: numbers from 2, one commit each, the
 * message with the title and the number as GitHub writes it, then `message` if given.
 */
export function batchOf(
  changes: readonly (Partial<Pull> & { readonly title: string; readonly message?: string })[],
  change: Partial<LineState> = {},
): LineState {
  const rows = changes.map(({ message, ...own }, at) => {
    const merged = pull(at + 2, { mergedAt: NOON - HOUR + at * MINUTE, ...own });
    const headline = `${merged.title} (#${merged.number})`;
    const brought = commit(at + 2, {
      message: message === undefined ? headline : `${headline}\n\n${message}`,
      pulls: [merged.number],
      author: merged.author,
      committedAt: merged.mergedAt,
    });
    return { merged, brought };
  });
  const commits = rows.map(({ brought }) => brought).toReversed();
  return lineState({
    head: head({ sha: commits[0]?.sha ?? sha(1) }),
    commits,
    commitCount: commits.length,
    pulls: rows.map(({ merged }) => merged),
    ...change,
  });
}

/** The history of `main` in a local repository without components. */
export function mainHistory(commits: readonly Commit[], tags: readonly TagRead[]): History {
  const read = { commits, tags, branch: "main", fullName: null, scope: null };
  return buildHistory({ ...read, tagFormat: "v{version}" });
}
