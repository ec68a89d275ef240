/** Node ids in the shape of GitHub's: a prefix that tells the type, and an opaque remainder. */

const PREFIX_BY_TYPE = {
  App: "A",
  Blob: "B",
  Bot: "BOT",
  BranchProtectionRule: "BPR",
  CheckRun: "CR",
  CheckSuite: "CS",
  Commit: "C",
  Comparison: "CMP",
  Deployment: "DE",
  Installation: "IN",
  Issue: "I",
  IssueComment: "IC",
  IssueType: "IT",
  Label: "LA",
  LabeledEvent: "LE",
  MergeQueue: "MQ",
  MergeQueueEntry: "MQE",
  Organization: "O",
  PullRequest: "PR",
  PullRequestCommit: "PRC",
  PullRequestReview: "PRR",
  Reaction: "REA",
  Ref: "REF",
  Release: "RE",
  Repository: "R",
  RepositoryRule: "RR",
  RepositoryRuleset: "RRS",
  Status: "ST",
  StatusCheckRollup: "SCR",
  StatusContext: "SC",
  Tag: "TA",
  TimelineEvent: "TE",
  Tree: "T",
  User: "U",
  UserContentEdit: "UCE",
} as const;

export type NodeType = keyof typeof PREFIX_BY_TYPE;

export interface NodeId {
  type: NodeType;
  /** Numeric ids; a SHA or ref name, which stays text, always stands last. */
  ids: (number | string)[];
}

const TYPES = Object.keys(PREFIX_BY_TYPE).filter(isNodeType);
const TYPE_BY_PREFIX = new Map<string, NodeType>(TYPES.map((type) => [PREFIX_BY_TYPE[type], type]));

function isNodeType(word: string): word is NodeType {
  return Object.hasOwn(PREFIX_BY_TYPE, word);
}

/** `formatNodeId("PullRequest", 17)`; objects of git take the repository's id and their SHA. */
export function formatNodeId(type: NodeType, ...ids: (number | string)[]): string {
  return `${PREFIX_BY_TYPE[type]}_${Buffer.from(`0:${ids.join(":")}`).toString("base64url")}`;
}

/** Null for anything that `formatNodeId` did not make. */
export function parseNodeId(id: string): NodeId | null {
  const underscore = id.indexOf("_");
  const type = TYPE_BY_PREFIX.get(id.slice(0, underscore));
  if (underscore < 1 || type === undefined) return null;
  const text = Buffer.from(id.slice(underscore + 1), "base64url").toString("utf8");
  if (!text.startsWith("0:")) return null;
  const ids = text
    .slice(2)
    .split(":")
    // Fifteen digits are still a safe integer; a SHA of digits alone has forty.
    .map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : part));
  return { type, ids };
}
