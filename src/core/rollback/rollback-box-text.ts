import { formatDay } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import { formatRollbackBox, ROLLBACK_ACTS } from "./rollback-box.ts";
import type { RollbackAct } from "./rollback-box.ts";
import type { Rollback } from "./rollback.ts";

/** What a box says, in bold. A tick on it asks for this. */
const BOX_LABELS: Readonly<Record<RollbackAct, string>> = {
  reland: "Prepare the reland",
  agent: "Ask an agent for a fix",
};

const MEANINGS: Readonly<Record<RollbackAct, string>> = {
  reland: "opens a pull request that brings back what was taken back.",
  agent: "posts the words of `rollback.agent` of the policy here as a comment, once.",
};

/** Rows of the boxes on offer, and what became of those that people ticked. Empty: neither. */
export function renderBoxes(
  rollback: Rollback,
  offered: readonly RollbackAct[],
): readonly string[] {
  return ROLLBACK_ACTS.flatMap((act) => {
    const box = { act, tag: rollback.release.tag };
    const told = tellAsked(rollback, act);
    return [
      ...(offered.includes(act)
        ? [formatRollbackBox(box, `**${BOX_LABELS[act]}**: ${MEANINGS[act]}`)]
        : []),
      ...(told === null ? [] : [told]),
    ];
  });
}

function tellAsked(rollback: Rollback, act: RollbackAct): string | null {
  const asked = rollback.boxes?.[act];
  if (asked === undefined) return null;
  const { by, at, refused } = asked;
  const who = `${inertCode(by.login)} ticked _${BOX_LABELS[act]}_ on ${formatDay(at)}`;
  if (refused !== null) return `- ${who}, and nothing was done: ${refused}`;
  return `- ${who}${act === "agent" ? tellAgent(rollback) : tellReland(rollback)}`;
}

function tellReland({ reland }: Rollback): string {
  const pull = reland?.pull ?? null;
  if (pull === null) return ".";
  return `: [${inertCode(`#${pull.number}`)}](${pull.url}). Mend it there and merge it; Smallbatch does not.`;
}

function tellAgent({ agent }: Rollback): string {
  if (agent === undefined) return ".";
  if (agent.refused !== null) {
    return `, and it could not be posted: ${inertText(agent.refused, 600)}`;
  }
  return agent.url === null ? "." : `: [the comment](${agent.url}).`;
}
