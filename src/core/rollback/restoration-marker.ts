import type { Sign } from "../desk/desk-marker.ts";
import type { OpenPull } from "../pulls/open-pull.ts";
import type { Sha } from "../state.ts";

/**
 * The hidden last line of a pull of ours that restores code: which commit is ours, signed. Whoever
 * copies it has a pull with another head, or with ours, which undoes a release and nothing else.
 */

const MARKER =
  /^<!-- smallbatch:restoration v1 (commit=[0-9a-f]{40}) ([0-9a-f]{64}) -->[ \t]*\r?$/m;

export function formatRestorationMarker(repository: number, commit: Sha, sign: Sign): string {
  const said = `commit=${commit}`;
  return `<!-- smallbatch:restoration v1 ${said} ${sign(signedOf(repository, said))} -->`;
}

/** Why no limit of size holds it, as Markdown of a sentence; null: it is none of ours. */
export function exemptRestoration(
  { body, headSha, isFork }: Pick<OpenPull, "body" | "headSha" | "isFork">,
  repository: number,
  sign: Sign,
): string | null {
  const [, said = "", signature] = MARKER.exec(body) ?? [];
  if (signature === undefined || isFork || said !== `commit=${headSha}`) return null;
  if (sign(signedOf(repository, said)) !== signature) return null;
  return "it takes a release back, as somebody with write permission asked, and nobody else worked on it";
}

function signedOf(repository: number, said: string): string {
  return `restoration repository=${repository} ${said}`;
}
