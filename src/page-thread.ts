import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { Instant } from "./core/state.ts";
import { AppError, findErrorCode } from "./errors.ts";
import type { ClockAsk } from "./web/clock-ask.ts";
import type { AnswerAsk } from "./web/kept-texts.ts";

/** What the thread is told, and what it answers. */
export interface ThreadTask {
  readonly ask: ClockAsk;
  readonly asOf: Instant;
}

export type ThreadAnswer =
  | { readonly body: Uint8Array<ArrayBuffer> }
  | { readonly error: { readonly code: string | null; readonly message: string } };

/** Longer than the largest installation takes. */
const TASK_MS_MAX = 60_000;
/** An idle thread gives its memory back. */
const IDLE_MS = 30_000;
/**
 * MiB of objects. The first is enough for 45,000 pulls of a window: with more at hand V8 takes more.
 * A task that needs more gets the next, for some 200,000.
 */
const MEMORY_MB: readonly number[] = [96, 512];
const YOUNG_MB = 16;
const SIZES = ["--max-old-space-size", "--max-semi-space-size"];

interface Task extends ThreadTask {
  readonly resolve: (body: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One thread that computes what pages show, one task after the other, so that nobody who looks at
 * numbers makes a webhook wait. It starts with the first task.
 */
export class PageThread {
  readonly #databaseUrl: string;
  readonly #people: Task[] = [];
  readonly #ahead: Task[] = [];
  readonly #memoryMb: readonly number[];
  #worker: Worker | null = null;
  /** Of `memoryMb`; a process that needed more once will again. */
  #size = 0;
  #task: Task | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(databaseUrl: string, memoryMb = MEMORY_MB) {
    this.#databaseUrl = databaseUrl;
    this.#memoryMb = memoryMb;
  }

  readonly answer: AnswerAsk = (ask, asOf, urgency) =>
    new Promise((resolve, reject) => {
      const queue = urgency === "person" ? this.#people : this.#ahead;
      queue.push({ ask, asOf, resolve, reject });
      this.#next();
    });

  /** What waits is given up. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#fail(new Error("the process stops"));
    for (const task of [...this.#people.splice(0), ...this.#ahead.splice(0)]) {
      task.reject(new Error("the process stops"));
    }
    await worker?.terminate();
  }

  #next(): void {
    if (this.#task !== null) return;
    const task = this.#people.shift() ?? this.#ahead.shift();
    clearTimeout(this.#timer);
    if (task === undefined) {
      this.#timer = setTimeout(() => void this.#drop()?.terminate(), IDLE_MS).unref();
      return;
    }
    if (this.#isStopped) {
      task.reject(new Error("the process stops"));
      return;
    }
    this.#run(task);
  }

  #run(task: Task): void {
    this.#task = task;
    this.#worker ??= this.#start();
    const late = new Error(`numbers were not computed within ${TASK_MS_MAX / 1_000} s`);
    this.#timer = setTimeout(() => this.#fail(late), TASK_MS_MAX).unref();
    const { ask, asOf } = task;
    this.#worker.postMessage({ ask, asOf } satisfies ThreadTask, []);
  }

  #start(): Worker {
    const { filename, url } = import.meta;
    const entry = new URL(`./page-thread-entry${path.extname(filename)}`, url);
    // Sizes that the process was started with would go before those of its threads. Its own heap has
    // them already.
    for (const flag of SIZES) setFlagsFromString(`${flag}=0`);
    const worker = new Worker(entry, {
      workerData: this.#databaseUrl,
      resourceLimits: {
        maxOldGenerationSizeMb: Number(this.#memoryMb[this.#size]),
        maxYoungGenerationSizeMb: YOUNG_MB,
      },
    });
    const isOurs = (): boolean => this.#worker === worker;
    worker.on("message", (answer: ThreadAnswer) => {
      if (isOurs()) this.#end(answer);
    });
    worker.on("error", (error) => {
      if (isOurs()) this.#outgrow(error);
    });
    worker.on("exit", (code) => {
      if (isOurs()) this.#fail(new Error(`the thread of numbers ended with ${code}`));
    });
    worker.unref();
    return worker;
  }

  #drop(): Worker | null {
    const worker = this.#worker;
    this.#worker = null;
    return worker;
  }

  #end(answer: ThreadAnswer): void {
    const task = this.#task;
    this.#task = null;
    if ("body" in answer) task?.resolve(answer.body);
    else task?.reject(errorOf(answer.error));
    this.#next();
  }

  /** Where a larger thread may do it, that one gets the task. */
  #outgrow(error: Error): void {
    const task = this.#task;
    const isLarge = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    if (task === null || !isLarge || this.#size + 1 >= this.#memoryMb.length) {
      this.#fail(error);
      return;
    }
    this.#size += 1;
    clearTimeout(this.#timer);
    this.#drop();
    this.#run(task);
  }

  /** The next task gets a new thread. */
  #fail(error: unknown): void {
    const task = this.#task;
    this.#task = null;
    void this.#drop()?.terminate();
    task?.reject(error);
    this.#next();
  }
}

function errorOf({ code, message }: Extract<ThreadAnswer, { error: unknown }>["error"]): Error {
  const known = findErrorCode(code);
  if (known === null) return new Error(message);
  return new AppError(known, message, { retry: { kind: "backoff" } });
}
