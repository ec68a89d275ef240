import { digestCheck } from "../check.ts";
import { inertJson, inertText, plainLine } from "../inert.ts";
import type { Sha } from "../state.ts";
import type { CheckWanted } from "./size-check.ts";

/** The size check of a merge group: that of its members, because nothing is measured anew. */

interface QueueEntry {
  readonly number: number;
  readonly head: Sha;
  /** What it is merged onto; null: GitHub does not say. */
  readonly base: Sha | null;
}

/**
 * Numbers of the pulls that a group holds, the first to be merged first: its own entry, and those
 * that it is merged onto. Null: it is not in the queue.
 */
export function findMembers(entries: readonly QueueEntry[], group: Sha): readonly number[] | null {
  const members: number[] = [];
  const seen = new Set<Sha>();
  let head: Sha | null = group;
  while (head !== null && !seen.has(head)) {
    seen.add(head);
    const at: Sha = head;
    const entry = entries.find((each) => each.head === at);
    if (entry === undefined) break;
    members.unshift(entry.number);
    head = entry.base;
  }
  return members.length === 0 ? null : members;
}

/** A pull of the group with what its own size check says; null: it has none. */
export interface GroupMember {
  readonly number: number;
  readonly said: Pick<CheckWanted, "title" | "conclusion"> | null;
}

const TITLE_CHARS_MAX = 120;
const MEMBERS_MAX = 100;

/** The check on the group's commit. It fails only where one of them does, as `required` has it. */
export function groupCheckOf(
  members: readonly GroupMember[],
  isWhole: boolean,
): CheckWanted & { readonly externalId: string } {
  const failed = members.filter(({ said }) => said?.conclusion === "failure");
  const conclusion = failed.length > 0 ? "failure" : "success";
  const names = failed.map(({ number }) => `#${number}`).join(", ");
  const count = members.length === 1 ? "1 pull request" : `${members.length} pull requests`;
  const title = plainLine(
    failed.length > 0 ? `too large: ${names}` : `${count}, none in the way`,
    TITLE_CHARS_MAX,
  );
  const rows = members.slice(0, MEMBERS_MAX).map(({ number, said }) => {
    const words = said === null ? "no size check" : inertText(said.title);
    return `| #${number} | ${words} | ${said?.conclusion ?? ""} |`;
  });
  const json = inertJson({
    state: "merge-group",
    members: members.slice(0, MEMBERS_MAX).map(({ number, said }) => ({
      pull: number,
      title: said?.title ?? null,
      conclusion: said?.conclusion ?? null,
    })),
  });
  const summary = [
    "What the size check of each pull request of this merge group says:",
    ["| pull request | size | |", "| :-- | :-- | :-- |", ...rows].join("\n"),
    ...(isWhole ? [] : ["GitHub does not say which others are in the group."]),
    `\`\`\`json\n${json}\n\`\`\``,
  ].join("\n\n");
  const [last] = members.slice(-1);
  const externalId = digestCheck(`size-group:${last?.number ?? 0}`, [title, summary, conclusion]);
  return { title, summary, conclusion, externalId };
}
