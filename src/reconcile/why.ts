import { previewPull } from "../core/pulls/pull-preview.ts";
import type { CommentSeen } from "../core/said.ts";
import { explainLines, placeMerged, placeOpen } from "../core/why.ts";
import type { LinePlanned } from "../core/why.ts";
import type { Clock, Forge } from "../ports.ts";

/** Why a branch stands where it stands, and, on a pull, where that stands. Markdown. */
export async function explain(
  { forge, clock }: { readonly forge: Forge; readonly clock: Clock },
  lines: readonly LinePlanned[],
  { comment, branch }: { readonly comment: CommentSeen; readonly branch: string },
): Promise<string> {
  const own = lines.filter(({ state }) => state.line.branch === branch);
  const rows = explainLines(own);
  const place = await placePull({ forge, clock }, own, comment);
  if (rows.length === 0) return "No release is made of this branch.";
  return [...rows, ...(place === null ? [] : ["", `This pull request: ${place}.`])].join("\n");
}

/** One request where the pull is open; null on an issue, and where no line takes it. */
async function placePull(
  { forge, clock }: { readonly forge: Forge; readonly clock: Clock },
  own: readonly LinePlanned[],
  { number, pull }: CommentSeen,
): Promise<string | null> {
  const [first] = own;
  if (pull === null || first === undefined) return null;
  const [open] = pull.isOpen ? await forge.readOpenPulls(first.state, [number]) : [];
  if (open === undefined || !open.isOpen) return placeMerged(own, number);
  return placeOpen(own.flatMap(({ state }) => previewPull(state, open, clock.now()) ?? []));
}
