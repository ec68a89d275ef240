/**
 * The questions of the tests, asked of the local Messages API and, with a key, of the real service;
 * what differs is printed. It costs less than a cent, and is never part of `npm test`.
 *
 *     ANTHROPIC_API_KEY=sk-ant-… npm run test:live [-- --model claude-haiku-5-5]
 *
 * Exit codes: 0 as documented, or there is no key; 1 something differs.
 */
import { parseArgs } from "node:util";
import { styleOf } from "../../src/core/policy/policy-notes.ts";
import { startLocalClaude } from "../../src/local-claude/server.ts";
import { readSettings } from "../../src/settings.ts";
import { QUESTIONS } from "./questions.ts";
import type { Asked, Question, Service } from "./questions.ts";

const { values } = parseArgs({ options: { model: { type: "string" } } });
const model = values.model ?? styleOf({}, { isPrivate: false })?.model ?? "";
const { claudeKey, claudeUrl } = readSettings(process.env);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What was answered, or that asking itself failed. */
async function ask(service: Service, question: Question): Promise<Asked> {
  try {
    return await question.ask(service);
  } catch (error) {
    return { answer: `it could not be asked: ${String(error)}`, costUsd: 0 };
  }
}

const api = await startLocalClaude();
const local: Service = { url: api.url, apiKey: api.apiKey, model };
const real: Service | null =
  claudeKey === null ? null : { url: claudeUrl, apiKey: claudeKey, model };
let differing = 0;
let costUsd = 0;
try {
  if (real === null) {
    say(
      "ANTHROPIC_API_KEY is not set: the real service was NOT asked, and nothing is known of it.",
    );
    say("The local Messages API answers:");
  }
  for (const question of QUESTIONS) {
    const here = await ask(local, question);
    const there = real === null ? null : await ask(real, question);
    costUsd += there?.costUsd ?? 0;
    const isWrong = here.answer !== question.expected;
    const isOther = there !== null && there.answer !== question.expected;
    if (isWrong || isOther) differing += 1;
    say(`${isWrong || isOther ? "DIFFERS" : "same   "}  ${question.about}`);
    if (isWrong || isOther) {
      say(`         documented: ${question.expected}`);
      say(`         local:      ${here.answer}`);
      if (there !== null) say(`         real:       ${there.answer}`);
    }
    if (there?.note !== undefined) say(`         ${there.note}`);
  }
} finally {
  await api.close();
}
if (real !== null) {
  say(
    `${QUESTIONS.length} questions, ${differing} differ; about $${costUsd.toPrecision(2)} spent.`,
  );
}
process.exitCode = differing === 0 ? 0 : 1;
