import { digestCheck } from "../check.ts";
import type { Instant } from "../state.ts";

/** What we wrote last into our proposal, in a hidden comment at the end of its text. */
export interface ProposalMarker {
  readonly repositoryId: number;
  /** Digest of the policy file as we wrote it: another text on the branch is somebody's own. */
  readonly file: string;
  /** Digest of what the text says: equal means that there is nothing to renew. */
  readonly said: string;
  /** When we wrote it, to the second. */
  readonly at: Instant;
}

const MARKER =
  /^<!-- smallbatch:proposal v1 repository=(\d{1,16}) file=([0-9a-f]{16}) said=([0-9a-f]{16}) at=(\d{1,11}) -->[ \t]*\r?$/gm;

export function formatProposalMarker({ repositoryId, file, said, at }: ProposalMarker): string {
  const seconds = Math.floor(at / 1_000);
  return `<!-- smallbatch:proposal v1 repository=${repositoryId} file=${file} said=${said} at=${seconds} -->`;
}

/** Null: there is none of this repository. Who wrote the text must be asked as well. */
export function readProposalMarker(body: string, repositoryId: number): ProposalMarker | null {
  const [, id, file, said, at] = [...body.matchAll(MARKER)].at(-1) ?? [];
  if (Number(id) !== repositoryId) return null;
  return { repositoryId, file: String(file), said: String(said), at: Number(at) * 1_000 };
}

/** 16 hexadecimal digits that tell texts apart. */
export function digestText(text: string): string {
  return digestCheck("proposal", [text]).slice(-16);
}
