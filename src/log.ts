import { pino } from "pino";
import type { Logger } from "pino";
import { openRedactor } from "./redactor.ts";

/** Fields that are never logged, wherever an object carries them. */
const FIELDS = [
  "apiKey",
  "authorization",
  "claudeKey",
  "password",
  "privateKey",
  "secret",
  "token",
  "webhookSecrets",
];

/** The one way to a log: JSON lines on standard output, without secrets. */
export function openLogger(level: string, environment: NodeJS.ProcessEnv): Logger {
  const paths = FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino({
    level,
    redact: { paths, censor: "[redacted]" },
    hooks: { streamWrite: openRedactor(environment) },
  });
}
