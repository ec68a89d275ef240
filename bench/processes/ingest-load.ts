/**
 * The load generator, a process of its own: open loop. Every delivery has its time; what the server
 * is late with is counted from then, also where no connection was free to send it.
 */
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { REPOSITORY_BASE, SUBJECT_BASE, readKinds } from "../ingest/bodies.ts";
import type { Kind } from "../ingest/bodies.ts";
import { SECRET } from "../ingest/load.ts";
import type { Load, LoadResult } from "../ingest/load.ts";

const TICK_MS = 1;
/** GitHub gives up after 10 s. */
const ANSWER_MS_MAX = 10_000;
const PATH = "/api/github/webhooks";

interface Due {
  readonly at: number;
  readonly guid: string;
}

class Generator {
  readonly #load: Load;
  readonly #kinds: readonly Kind[];
  readonly #idle: Connection[] = [];
  readonly #due: Due[] = [];
  readonly #answers: Record<number, number> = {};
  readonly #latencies: number[] = [];
  readonly #accepted: string[] = [];
  #bytes = 0;
  #made = 0;
  #open = 0;

  constructor(load: Load) {
    this.#load = load;
    this.#kinds = readKinds();
  }

  async run(): Promise<LoadResult> {
    const { rate, connections, step } = this.#load;
    for (let at = 0; at < connections; at += 1) this.#idle.push(await this.#connect());
    const cpuBefore = process.cpuUsage();
    const beganAt = performance.now();
    const total = Math.round(rate * this.#load.seconds);
    let planned = 0;
    while (planned < total) {
      const until = Math.min(total, Math.floor(((performance.now() - beganAt) / 1_000) * rate));
      for (; planned < until; planned += 1) {
        this.#due.push({
          at: beganAt + (planned / rate) * 1_000,
          guid: `bench-${step}-${planned}`,
        });
      }
      this.#sendDue();
      await sleep(TICK_MS);
    }
    const deadline = performance.now() + ANSWER_MS_MAX;
    while ((this.#open > 0 || this.#due.length > 0) && performance.now() < deadline) {
      this.#sendDue();
      await sleep(TICK_MS);
    }
    for (const connection of this.#idle) connection.close();
    const unanswered = this.#open + this.#due.length;
    if (unanswered > 0) this.#answers[0] = unanswered;
    const seconds = (performance.now() - beganAt) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      sent: total,
      seconds,
      cpuMs: (user + system) / 1_000,
      answers: this.#answers,
      latencies: this.#latencies.toSorted((left, right) => left - right),
      accepted: this.#accepted,
      bytes: this.#bytes / Math.max(1, this.#made),
    };
  }

  #sendDue(): void {
    while (this.#due.length > 0) {
      const connection = this.#idle.pop();
      if (connection === undefined) return;
      // Closed by the server after its idle time: a client opens another one, and so do we.
      if (!connection.isOpen) {
        void this.#connect().then((fresh) => this.#idle.push(fresh));
        continue;
      }
      const due = this.#due.shift();
      if (due === undefined) return;
      this.#open += 1;
      connection.send(due, this.#request(due.guid));
    }
  }

  #request(guid: string): Buffer {
    this.#made += 1;
    const kind = this.#chooseKind();
    const template = kind.bodies[this.#made % kind.bodies.length];
    if (template === undefined) throw new Error(`${kind.event} has no example`);
    const repository = REPOSITORY_BASE + Math.floor(Math.random() * this.#load.repositories);
    const { bytes } = template;
    for (const at of template.repositoryAt) bytes.write(String(repository), at, "latin1");
    const subject = String(SUBJECT_BASE + this.#load.step * 1_000_000_000 + this.#made);
    for (const at of template.subjectAt) bytes.write(subject, at, "latin1");
    const digest = createHmac("sha256", SECRET).update(bytes).digest("hex");
    this.#bytes += bytes.length;
    const head =
      `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `User-Agent: GitHub-Hookshot/0000000\r\nX-GitHub-Event: ${kind.event}\r\n` +
      `X-GitHub-Delivery: ${guid}\r\nX-Hub-Signature-256: sha256=${digest}\r\n` +
      `Content-Length: ${bytes.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
  }

  #chooseKind(): Kind {
    let left = Math.random() * this.#kinds.reduce((sum, { share }) => sum + share, 0);
    for (const kind of this.#kinds) {
      left -= kind.share;
      if (left <= 0) return kind;
    }
    throw new Error("The shares add up to nothing");
  }

  async #connect(): Promise<Connection> {
    const connection = new Connection(this.#load.url, (due, status) => {
      this.#open -= 1;
      this.#answers[status] = (this.#answers[status] ?? 0) + 1;
      if (status === 202) {
        this.#latencies.push(performance.now() - due.at);
        this.#accepted.push(due.guid);
      }
      if (connection.isOpen) this.#idle.push(connection);
      else void this.#connect().then((fresh) => this.#idle.push(fresh));
      this.#sendDue();
    });
    await connection.opened;
    return connection;
  }
}

/** One request at a time on a connection that stays open. */
class Connection {
  readonly opened: Promise<void>;
  readonly #socket: Socket;
  #due: Due | null = null;
  #text = "";

  constructor(url: string, answered: (due: Due, status: number) => void) {
    this.#socket = connect(Number(new URL(url).port), "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.opened = new Promise((resolve) => this.#socket.once("connect", () => resolve()));
    const end = (status: number) => {
      const due = this.#due;
      this.#due = null;
      this.#text = "";
      if (due !== null) answered(due, status);
    };
    this.#socket.on("data", (chunk) => {
      this.#text += chunk.toString("latin1");
      const body = this.#text.indexOf("\r\n\r\n");
      if (body === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
      if (this.#text.length >= body + 4 + length) end(Number(this.#text.slice(9, 12)));
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => end(0));
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  close(): void {
    this.#socket.destroy();
  }

  send(due: Due, request: Buffer): void {
    this.#due = due;
    this.#socket.write(request);
  }
}

process.on("message", (load: Load) => {
  void new Generator(load).run().then((result) => process.send?.(result));
});
process.once("disconnect", () => process.exit(0));
