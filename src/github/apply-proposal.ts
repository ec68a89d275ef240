import { z } from "zod";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { WriteProposal } from "../core/proposal/proposal-action.ts";
import type { LineState } from "../core/state.ts";
import type { Outcome } from "../ports.ts";
import { commitOn, explain, send } from "./apply-files.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";

const pullAnswer = z.object({ html_url: z.string() });

/**
 * Branch, file, pull: each step is left out where it stands already, so that a pass that ended in
 * between is carried on by the next look. GitHub refuses a second branch, a commit on a branch that
 * moved, and a second pull of one branch.
 */
export async function writeProposal(
  client: GitHubClient,
  state: LineState,
  action: WriteProposal,
): Promise<Outcome> {
  const { branch, branchSha, parent, text, title: headline } = action;
  if (branchSha === null) {
    const body = { ref: `refs/heads/${branch}`, sha: parent };
    const made = await send(client, state, { method: "POST", path: "git/refs", body });
    if (made.status !== 201) return explain(made, `the branch ${branch}`);
  }
  if (text !== null) {
    const message = "What differs from the defaults, as far as the repository tells.";
    const done = await commitOn(client, state, {
      action: { headline, message },
      branch,
      head: branchSha ?? parent,
      changes: [{ path: POLICY_PATH, text }],
    });
    if (done.kind !== "done") return done;
  }
  return writePull(client, state, action);
}

/** A text and a state that stand are not sent again. */
async function writePull(
  client: GitHubClient,
  state: LineState,
  { number, branch, title, body, isReopened }: WriteProposal,
): Promise<Outcome> {
  if (number !== null && body === null && !isReopened) {
    return { kind: "done", url: `${state.repository.url}/pull/${number}`, how: "found" };
  }
  const answer =
    number === null
      ? await send(client, state, {
          method: "POST",
          path: "pulls",
          body: { title, body: body ?? "", head: branch, base: state.line.branch },
        })
      : // The title stays as it is: somebody may have worded it.
        await send(client, state, {
          method: "PATCH",
          path: `pulls/${number}`,
          body: {
            ...(body === null ? {} : { body }),
            ...(isReopened ? { state: "open" } : {}),
          },
        });
  if (answer.status >= 300) return explain(answer, "the proposal");
  const { html_url: url } = understand("Write the proposal", pullAnswer, answer.data);
  return { kind: "done", url, how: "made" };
}
