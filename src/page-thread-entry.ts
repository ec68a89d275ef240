/** The thread of `PageThread`: reads, computes and packs one text after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "./errors.ts";
import type { ThreadAnswer, ThreadTask } from "./page-thread.ts";
import { openClockReader } from "./store/clock-reader.ts";
import { openPool } from "./store/connection.ts";
import { answerAsk } from "./web/clock-answer.ts";
import { packText } from "./web/kept-texts.ts";

/** It makes one text at a time, from a few statements at once. */
const CONNECTIONS_MAX = 4;

const pool = openPool(String(workerData), CONNECTIONS_MAX);

parentPort?.on("message", (task: ThreadTask) => {
  void tell(task);
});

async function tell(task: ThreadTask): Promise<void> {
  const told = await answer(task);
  parentPort?.postMessage(told, "body" in told ? [told.body.buffer] : []);
}

async function answer({ ask, asOf }: ThreadTask): Promise<ThreadAnswer> {
  try {
    const store = openClockReader(pool, ask.installationId);
    return { body: packText(await answerAsk(store, ask, asOf)) };
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { error: { code, message: code === null ? message : String(error) } };
  }
}
