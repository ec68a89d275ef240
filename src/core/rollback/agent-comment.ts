import { z } from "zod";
import { inertCode } from "../inert.ts";
import type { Instant, Sha } from "../state.ts";

/**
 * The policy's own words for a coding agent, posted once in a rollback issue when somebody asks for
 * it by a box. What contributors wrote never stands in it; a mention in the policy's words is meant.
 */

/** How far the comment has come. */
export interface AgentComment {
  /** When the last request to post it went out. */
  readonly postingAt: Instant;
  /** Page of the comment; null: it may be there, or not. */
  readonly url: string | null;
  /** GitHub's words where it refused; null: it did not. */
  readonly refused: string | null;
}

/** As the hidden copy of a rollback has it. */
export const agentCommentSchema = z.object({
  postingAt: z.number().int(),
  url: z.string().nullable(),
  refused: z.string().nullable(),
});

const MARKER = /^<!-- smallbatch:agent v1 tag=(\S{1,600}) -->[ \t]*\r?$/m;

/** `sha`: commit of the release; null: its tag is gone. `url`: of the rollback issue. */
export function renderAgentComment(
  tag: string,
  { text, sha, url }: { readonly text: string; readonly sha: Sha | null; readonly url: string },
): string {
  const filled = text.replaceAll(/\{(sha|tag|issue)\}/g, (_, word) => {
    if (word === "issue") return url;
    return word === "sha" && sha !== null ? sha : inertCode(tag);
  });
  return `${filled}\n\n<!-- smallbatch:agent v1 tag=${encodeURIComponent(tag)} -->\n`;
}

/** Is it that comment of this release? Whoever asks knows that we wrote it. */
export function isAgentComment(body: string, tag: string): boolean {
  return MARKER.exec(body)?.[1] === encodeURIComponent(tag);
}
