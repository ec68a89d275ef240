import { judgeUnits } from "../gated-units.ts";
import { effectivePolicyOf } from "../policy/policy.ts";
import type { PullQuestion, PullRuling } from "./pull-rules.ts";

/**
 * What the gates ask of an open pull beside what its preview says: reviews that it lacks while
 * something else holds it first, and those that it would need where its own author merges it.
 */
export function judgePullGates({ state, pull, previews }: PullQuestion): PullRuling | null {
  const policy = effectivePolicyOf(state);
  const [preview] = previews;
  if (preview === undefined || policy.kind === "invalid" || policy.kind === "absent") return null;
  const { number, headSha: sha, files } = pull;
  const unitFiles = files === null ? [] : [{ pull: number, sha, ...files }];
  const { unit } = preview;
  const subject = { state: { unitFiles }, policy: policy.policy };
  const judgements = judgeUnits(subject, { units: [unit], level: unit.level }).flatMap(
    (judged) => judged.judgements,
  );
  const isSaid = previews.some(
    ({ reason }) => reason.code === "gate" && reason.blockedBy.includes(`#${number}`),
  );
  const lacking = judgements.filter(
    ({ verdict, isAhead }) =>
      isAhead === true || (!isSaid && (verdict === "failed" || verdict === "unknown")),
  );
  if (lacking.length === 0) return null;
  const text = lacking.map((own) => own.text).join("; ");
  return { rule: "gates", text, blockedBy: lacking.map(({ rule }) => `gates: ${rule}`) };
}
