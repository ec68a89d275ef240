import { createDrafter } from "../../src/claude/drafter.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import type { FaultName } from "../../src/local-claude/faults.ts";
import { startLocalClaude } from "../../src/local-claude/server.ts";
import type { Drafting } from "../../src/reconcile/drafting.ts";
import type { StageClock } from "../support/scenario.ts";

/** The clock of a story stands still while Claude is asked: nobody waits half a minute. */
const STALL_MS = 200;

/** One for each run of the story in which Claude fails, in turns. */
const FAULTS: readonly FaultName[] = [
  "stalled-body",
  "overloaded",
  "refusal",
  "reset-in-body",
  "malformed-json",
];

let runs = 0;

/** A Messages API of one run. */
export interface ClaudeOfRun {
  readonly drafting: Drafting;
  /** Titles of changes that were paid for more than once. */
  paidTwice(): readonly string[];
  close(): Promise<void>;
}

export async function openClaude(clock: StageClock, how: "drafts" | "fails"): Promise<ClaudeOfRun> {
  runs += 1;
  const lastingFault = how === "fails" ? (FAULTS[runs % FAULTS.length] ?? null) : null;
  const api = await startLocalClaude({ lastingFault });
  const { url: baseUrl, apiKey } = api;
  const drafter = createDrafter({ apiKey, baseUrl, userAgent: "smallbatch/test", clock });
  return {
    drafting: {
      drafter: {
        draft: (request) => drafter.draft({ ...request, deadline: clock.now() + STALL_MS }),
      },
      monthlyUsd: 5,
    },
    paidTwice: () => {
      // What is turned away with 529 is not billed, and asked again.
      const paid = api.requests.filter(({ status }) => status !== 529);
      // A title stands among the messages of commits, too.
      const titles = paid.flatMap(({ text }) => [...new Set(text.match(/fix: [\w ]*\w/g))]);
      const counts = Map.groupBy(titles, (title) => title);
      return [...counts].filter(([, times]) => times.length > 1).map(([title]) => title);
    },
    close: () => api.close(),
  };
}

const WORDED = /^Drafted by Claude, and checked: .*\n*/m;

/**
 * Notes that Claude worded, and notes of titles with the reason on the card, are as good: what a
 * fault takes away is the draft. Null where they are neither.
 */
export function describeWorded(
  notes: string,
  card: ReleaseCard,
): { readonly notes: string; readonly card: object } | null {
  const { source, reason, lines = [] } = card.notes;
  // A person's words stand whatever happens; what was paid before is forgotten with its rows.
  const isSaid = lines.length > 0 && lines.every((line) => line.source === "person");
  if (isSaid) return { notes, card: { ...card, notes: lines } };
  const isWorded = WORDED.test(notes);
  const isDrafted = source === "claude" && isWorded && lines.some(({ grade }) => grade === "A");
  const isExplained = source === "deterministic" && !isWorded && reason !== null;
  if (!isDrafted && !isExplained) return null;
  const bullets = notes.replace(WORDED, "").replaceAll(/^- .*(?= \(#\d+\) by )/gm, "- WORDS");
  return { notes: bullets, card: { ...card, notes: "worded, or told why not" } };
}
