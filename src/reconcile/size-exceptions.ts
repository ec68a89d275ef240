import type { Command } from "../core/command.ts";
import { judgeCommand } from "../core/obey.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import type { OpenPull } from "../core/pulls/open-pull.ts";
import type { Decision, Question } from "../core/question.ts";
import { answer } from "../core/question.ts";
import { LET_THROUGH } from "../core/size/size-check.ts";
import {
  exceptionFor,
  formatException,
  judgeException,
  keepException,
  readException,
} from "../core/size/size-exception.ts";
import type { SizeException } from "../core/size/size-exception.ts";
import { exemptBot, exemptionOf, readRevert } from "../core/size/size-exempt.ts";
import { sizePolicyOf, sizeTellingOf } from "../core/size/size-schema.ts";
import { measureSize } from "../core/size/size.ts";
import type { Size } from "../core/size/size.ts";
import type { LineState } from "../core/state.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { readChange, withAttributes } from "./pull-change.ts";

/**
 * What lets a pull be larger than the limit: a person's `/size-ok` of its head, or a rule. `root` is
 * the default line, whose policy is that of all pulls.
 */

function policyOf(root: LineState) {
  return policyIn(effectivePolicyOf(root)) ?? DEFAULT_POLICY;
}

/** The exception of the pull's head; null: there is none. One request where only GitHub knows it. */
export async function findException(
  request: DoorsRequest,
  root: LineState,
  { headSha, baseBranch, sized }: OpenPull,
): Promise<SizeException | null> {
  const { sizeExceptions: kept } = root.memory;
  const known = exceptionFor({ headSha, kept, shown: null });
  const { desk } = request.forge;
  const check = sized?.ourCheck ?? null;
  if (known !== null || check === null || desk === undefined) return known;
  if (!check.title.startsWith(LET_THROUGH)) return null;
  const summary = (await desk.readCheck(root.repository, check.id)) ?? "";
  const { sign } = desk;
  const shown = readException(summary, { repository: root.repository.id, sha: headSha, sign });
  if (shown !== null) await keepOnLines(request, root, baseBranch, shown);
  return shown;
}

/** By the lines of the branch, whose releases name it, and by the root, whose checks do. */
async function keepOnLines(
  { store, repository, ensureAlone }: DoorsRequest,
  root: LineState,
  branch: string,
  exception: SizeException,
): Promise<void> {
  const planned = await store.readPlans(repository.id);
  const others = planned.map(({ line }) => line).filter((line) => line.branch === branch);
  for (const line of [root.line, ...others]) {
    const { sizeExceptions } = await store.readMemory(line);
    ensureAlone();
    await store.writeMemory(line, { sizeExceptions: keepException(sizeExceptions, exception) });
  }
}

/** The check's summary with the exception that a new store finds it by. */
export function markSummary(
  { forge }: DoorsRequest,
  root: LineState,
  { summary, exception }: { readonly summary: string; readonly exception: SizeException | null },
): string {
  const sign = forge.desk?.sign;
  if (exception === null || sign === undefined) return summary;
  return `${formatException(root.repository.id, exception, sign)}\n\n${summary}`;
}

/** All that an exemption follows from, without a request; null: there will be none. */
export function exemptionKeyOf(root: LineState, pull: OpenPull): string | null {
  const { owner, name } = root.repository;
  const bot = exemptBot(pull, policyOf(root).size?.exempt ?? []);
  const claim = readRevert(pull, `${owner}/${name}`);
  return bot ?? (claim === null ? null : JSON.stringify([claim.pulls, claim.shas]));
}

/** Which rule exempts it, as a sentence; null: none. One request for what says that it reverts. */
export async function findExemption(
  { forge, clock }: DoorsRequest,
  root: LineState,
  pull: OpenPull,
): Promise<string | null> {
  const { owner, name } = root.repository;
  const changed = pull.sized?.totals ?? null;
  if (changed === null) return null;
  const claim = readRevert(pull, `${owner}/${name}`);
  const reverted = claim === null ? [] : await forge.exceptions.readReverted(root, claim);
  const facts = { pull, changed, reverted, now: clock.now() };
  return exemptionOf(facts, policyOf(root).size?.exempt ?? []);
}

/** `/size-ok`: the pull is read and measured, the exception kept and shown, and its check renewed. */
export async function liftSize(
  request: DoorsRequest,
  question: Question,
  asked: {
    readonly command: Command;
    readonly comment: { readonly id: number; readonly authorId: number | null };
  },
): Promise<Decision> {
  const { forge, store, repository, ensureAlone } = request;
  const { state: root, pull: on, by, said } = question;
  const decided = judgeCommand(question, asked.command);
  if (decided.kind !== "measure" || on === null) return decided;
  const [pull] = await forge.readOpenPulls(root, [on.number]);
  if (pull === undefined || pull.headSha !== on.headSha) return MOVED;
  const policy = policyOf(root);
  const verdict = await judgeSize(request, root, pull);
  if (verdict === "moved") return MOVED;
  const { number, headSha, author, baseBranch } = pull;
  const isOwn = author.login.toLowerCase() === by.login.toLowerCase();
  const decision = judgeException(question, decided.reason, {
    pull: {
      headSha,
      author: author.login,
      verdict,
      check: sizeTellingOf(policy).check,
      exempt: await findExemption(request, root, pull),
    },
    people: isOwn ? await forge.exceptions.listMaintainers(root) : [],
    narrowing: policy.may?.liftSize ?? null,
  });
  if (decision.kind !== "lift") return decision;
  const { exception } = decision;
  await keepOnLines(request, root, baseBranch, exception);
  await store.recordFacts([
    {
      key: `size-ok:${asked.comment.id}:${headSha}`,
      repositoryId: repository.id,
      kind: "size.excepted",
      subject: String(number),
      at: said.at,
      actorId: asked.comment.authorId,
      data: { ...exception },
    },
  ]);
  await store.askLook(repository.id, { number, branch: baseBranch });
  // Last: what is interrupted before it is done once more.
  ensureAlone();
  await forge.react(root, asked.comment.id, "rocket");
  return decision;
}

const MOVED = answer("the head moved while this was read. Say it again.");

async function judgeSize(
  request: DoorsRequest,
  root: LineState,
  pull: OpenPull,
): Promise<Size["verdict"] | "moved"> {
  const change = await readChange(request, root, pull);
  if (change === "moved") return change;
  if (change === "unanswered") return "unknown";
  return measureSize(withAttributes(change), sizePolicyOf(policyOf(root))).verdict;
}
