import { renderAgentComment } from "../core/rollback/agent-comment.ts";
import type { AgentComment } from "../core/rollback/agent-comment.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { RollbackForge } from "../rollback-port.ts";
import type { RollbackRequest } from "./rollback.ts";

/** After so long a comment that was posted is in GitHub's lists, or never was. */
const POSTING_MS = 60_000;

/** Is a coding agent to be asked, and not yet, as far as is known? */
function isOwed({ boxes, agent, issue }: Rollback): boolean {
  const isAsked = boxes?.agent !== undefined && boxes.agent.refused === null;
  const isOver = agent !== undefined && (agent.url !== null || agent.refused !== null);
  return isAsked && !isOver && issue !== null;
}

/** When to look again, because the comment may be there or not; null: that is known. */
export function agentWakeAt({ agent }: Rollback): Instant | null {
  const isOpen = agent !== undefined && agent.url === null && agent.refused === null;
  return isOpen ? agent.postingAt + POSTING_MS : null;
}

/**
 * Post the policy's words for a coding agent, once, where somebody asked for it by a box of the issue.
 * Looked for first: a request before may have come through, also before the database was lost.
 */
export async function askAgent(
  {
    request: { clock, ensureAlone },
    forge,
    keep,
  }: {
    readonly request: Pick<RollbackRequest, "clock" | "ensureAlone">;
    readonly forge: Pick<RollbackForge, "findAgentComment" | "comment">;
    /** That the request goes out, before it does. */
    readonly keep: (rollback: Rollback) => Promise<unknown>;
  },
  state: LineState,
  asked: { readonly rollback: Rollback; readonly text: string | null },
): Promise<Rollback> {
  const { rollback, text } = asked;
  const { release, issue, agent } = rollback;
  if (!isOwed(rollback) || issue === null) return rollback;
  const ended = (end: Partial<AgentComment>): Rollback => {
    const postingAt = agent?.postingAt ?? clock.now();
    return { ...rollback, agent: { postingAt, url: null, refused: null, ...end }, said: null };
  };
  const url = await forge.findAgentComment(state.repository, issue, release.tag);
  if (url !== null) return ended({ url });
  if (agent !== undefined && clock.now() < agent.postingAt + POSTING_MS) return rollback;
  const sha = state.releases.find(({ tag }) => tag === release.tag)?.sha ?? null;
  if (text === null) return ended({ refused: "the policy has no words for an agent any more" });
  const body = renderAgentComment(release.tag, { text, sha, url: issue.url });
  const postingAt = clock.now();
  ensureAlone();
  await keep({ ...rollback, agent: { postingAt, url: null, refused: null } });
  const posted = await forge.comment(state.repository, issue, body);
  return ended({ postingAt, ...posted });
}
