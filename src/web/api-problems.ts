import type { Context } from "hono";
import type { Answer } from "./api-answers.ts";

/** What went wrong, as RFC 9457 has it. */
const PROBLEMS = {
  "bad-request": { status: 400, title: "The request is wrong" },
  unauthorized: { status: 401, title: "This token is not known" },
  "not-found": { status: 404, title: "There is nothing here" },
  "rate-limited": { status: 429, title: "Too many requests" },
  failed: { status: 500, title: "Something went wrong here" },
  busy: { status: 503, title: "Too many numbers are being computed" },
  unavailable: { status: 503, title: "GitHub cannot be asked right now" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** `detail`: what is wrong, and what to do. */
export function answerProblem(context: Context, code: ProblemCode, detail: string): Response {
  const { status, title } = PROBLEMS[code];
  const problem: Answer<"Problem"> = { type: "about:blank", title, status, code, detail };
  return context.body(JSON.stringify(problem), status, {
    "Content-Type": "application/problem+json",
  });
}

/** Missing and hidden are the same answer, byte for byte. */
export function answerMissing(context: Context): Response {
  const detail =
    "Either there is no such address, or it is about something that is not shown to you. Log in, or " +
    "send a token of the installation: Authorization: Bearer TOKEN. /api/v1/openapi.json lists all addresses.";
  return answerProblem(context, "not-found", detail);
}
