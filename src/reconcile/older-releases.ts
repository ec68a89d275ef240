import type { DeskBox } from "../core/desk/desk-box.ts";
import { judgeTick } from "../core/desk/desk-obey.ts";
import type { Decision, Question } from "../core/question.ts";
import type { Forge } from "../ports.ts";

/** Judge, and once more with the releases that have to be read for it. At most one request. */
export async function judgeWithOlder(
  { rollbacks }: Forge,
  question: Question,
  judge: (question: Question) => Decision,
): Promise<Decision> {
  const decision = judge(question);
  if (decision.kind !== "read") return decision;
  const older = (await rollbacks?.readReleases(question.state, decision.tags)) ?? [];
  return judge({ ...question, older });
}

/** The same of a tick on the desk. */
export async function hearTick(forge: Forge, question: Question, box: DeskBox): Promise<Decision> {
  return judgeWithOlder(forge, question, (asked) => judgeTick(asked, box));
}
