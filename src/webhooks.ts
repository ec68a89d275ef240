import { isUtf8 } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { InterpretDelivery } from "./deliveries-port.ts";
import { isDeepJson } from "./github/deep-json.ts";
import type { Logger } from "./ports.ts";
import type { ServeSettings } from "./settings.ts";
import type { Database } from "./store/database.ts";

export const WEBHOOK_PATH = "/api/github/webhooks";

/** GitHub sends no larger payload: it drops the event instead ("Webhook events and payloads"). */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
/** All bodies in memory together: nobody has proven anything before the last byte. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024;
/**
 * Deliveries that wait for PostgreSQL. At 2,000 a second the last of them waits for half a second;
 * GitHub would wait for 10, but what we cannot keep up with is better refused than hoarded.
 */
const DELIVERIES_MAX = 1_000;
/** What is left of a refused body is read and dropped for so long: closing takes our answer away. */
const DRAIN_MS_MAX = 500;
/** GitHub repeats nothing by itself; others may. */
const RETRY_AFTER_S = "5";

/** Only machines get these answers. */
const HEADERS = {
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'",
  "X-Content-Type-Options": "nosniff",
} as const;

/** GUIDs as GitHub writes them; other senders that know the secret may use other unique names. */
const GUID_PATTERN = /^[\w-]{1,100}$/;
const EVENT_PATTERN = /^[a-z0-9_]{1,100}$/;

export interface DeskOptions {
  readonly settings: Pick<ServeSettings, "webhookSecrets" | "appId">;
  readonly database: { readonly inbox: Pick<Database["inbox"], "recordDelivery"> };
  readonly interpret: InterpretDelivery;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Deliveries that may wait for the database. */
  readonly deliveriesMax?: number;
  /** Hears how each delivery was answered, so long after its headers came. */
  readonly onAnswer?: (answered: {
    /** As its header says: anybody may write anything there. */
    readonly event: string;
    readonly outcome: Answer["outcome"];
    readonly ms: number;
  }) => void;
}

/** How a delivery was answered. */
type Answer =
  | { readonly outcome: "recorded"; readonly status: 202; readonly body: { readonly ok: true } }
  | {
      readonly outcome: "duplicate";
      readonly status: 202;
      readonly body: { readonly duplicate: true };
    }
  | {
      /** The sender's fault, more than fits in, or nothing that could be kept. */
      readonly outcome: "refused" | "overload" | "failed";
      readonly status: 400 | 401 | 413 | 503;
      readonly body: { readonly error: string };
    };

interface Head {
  readonly event: string;
  readonly guid: string;
  readonly signature: string;
}

/**
 * Where deliveries come in. Directly on `node:http`: at thousands a second a framework's request
 * and response objects cost more than everything else that is done with a delivery here.
 */
export class WebhookDesk {
  readonly #options: DeskOptions;
  /** Of all bodies being read or kept. */
  #bytes = 0;
  /** Waiting for the database. */
  #deliveries = 0;
  #isClosing = false;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** From now on each answer is the last one of its connection. */
  close(): void {
    this.#isClosing = true;
  }

  /** Answer one `POST`. */
  async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const beganAt = performance.now();
    const answer = await this.#judge(request);
    const event = textOf(request.headers["x-github-event"]);
    const { outcome } = answer;
    this.#options.onAnswer?.({ event, outcome, ms: performance.now() - beganAt });
    if (response.destroyed) return;
    const text = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      ...HEADERS,
      ...(this.#isClosing ? { Connection: "close" } : {}),
      "Content-Length": Buffer.byteLength(text),
      ...(answer.status === 503 ? { "Retry-After": RETRY_AFTER_S } : {}),
    });
    response.end(text);
    if (!request.complete) drain(request);
  }

  /** What can be refused is refused before the body is read. */
  async #judge(request: IncomingMessage): Promise<Answer> {
    const { headers } = request;
    const event = textOf(headers["x-github-event"]);
    const guid = textOf(headers["x-github-delivery"]);
    const signature = textOf(headers["x-hub-signature-256"]);
    if (!EVENT_PATTERN.test(event) || !GUID_PATTERN.test(guid) || signature === "") {
      const names = "x-github-event, x-github-delivery, x-hub-signature-256";
      return refuse(400, `A delivery carries the headers ${names}.`);
    }
    const announced = Number(headers["content-length"] ?? 0);
    if (announced > BODY_BYTES_MAX) return TOO_LARGE;
    if (this.#isFull() || this.#bytes + announced > BODIES_BYTES_MAX) return BUSY;
    const body = await this.#read(request);
    if (!Buffer.isBuffer(body)) return body;
    try {
      return await this.#accept({ event, guid, signature }, body);
    } finally {
      this.#bytes -= body.length;
    }
  }

  #isFull(): boolean {
    return this.#deliveries >= (this.#options.deliveriesMax ?? DELIVERIES_MAX);
  }

  async #accept(head: Head, raw: Buffer): Promise<Answer> {
    const { settings, logger } = this.#options;
    const { event, guid, signature } = head;
    // Others may have filled the queue while this body came.
    if (this.#isFull()) return BUSY;
    if (!isSigned(raw, signature, settings.webhookSecrets)) {
      logger.warn({ guid, event }, "A delivery has a wrong signature: check WEBHOOK_SECRET.");
      return refuse(401, "The signature is not one of our secret's.");
    }
    const text = raw.toString("utf8");
    const payload = parseJson(text);
    if (payload === undefined) {
      return refuse(400, "The body is not JSON: set the content type application/json.");
    }
    this.#deliveries += 1;
    try {
      // PostgreSQL refuses what is no UTF-8; what stands in its place there is U+FFFD.
      return await this.#keep(head, isUtf8(raw) ? raw : Buffer.from(text), payload);
    } finally {
      this.#deliveries -= 1;
    }
  }

  /**
   * 202 only after everything about it is committed. GitHub repeats nothing by itself, but shows
   * what failed and lets it be asked for again.
   */
  async #keep({ event, guid }: Head, raw: Buffer, payload: unknown): Promise<Answer> {
    const { settings, database, interpret, logger, now = Date.now } = this.#options;
    const receivedAt = now();
    try {
      const interpretation = interpret(event, payload, { appId: settings.appId, guid, receivedAt });
      const { note, action, installationId, repository, hint } = interpretation;
      const kept = await database.inbox.recordDelivery({
        guid,
        event,
        receivedAt,
        payload: raw,
        interpretation,
      });
      const fields = { guid, event, action, installationId, repositoryId: repository?.id, hint };
      if (note !== null) logger.warn({ ...fields, note }, "A delivery was not understood.");
      else logger.debug(fields, `A delivery is ${kept}.`);
      return kept === "duplicate" ? DUPLICATE : RECORDED;
    } catch (error) {
      logger.error({ err: error, guid, event }, "A delivery could not be kept.");
      return {
        outcome: "failed",
        status: 503,
        body: { error: "It could not be kept; please deliver it again." },
      };
    }
  }

  /**
   * The raw bytes, counted as they come: `Content-Length` may be missing or wrong. What is returned
   * as bytes stays counted until the caller takes it off.
   */
  #read(request: IncomingMessage): Promise<Buffer | Answer> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = (result: Buffer | Answer) => {
        request.off("data", onData);
        request.off("end", onEnd);
        request.off("close", onClose);
        if (!Buffer.isBuffer(result)) this.#bytes -= bytes;
        resolve(result);
      };
      const onData = (chunk: Buffer) => {
        bytes += chunk.length;
        this.#bytes += chunk.length;
        if (bytes > BODY_BYTES_MAX) finish(TOO_LARGE);
        else if (this.#bytes > BODIES_BYTES_MAX) finish(BUSY);
        else chunks.push(chunk);
      };
      const onEnd = () => {
        const [first] = chunks;
        const isWhole = first !== undefined && chunks.length === 1;
        finish(isWhole ? first : Buffer.concat(chunks, bytes));
      };
      const onClose = () => finish(refuse(400, "The body did not arrive."));
      request.on("data", onData);
      request.on("end", onEnd);
      request.on("close", onClose);
      request.on("error", onClose);
    });
  }
}

function refuse(status: 400 | 401 | 413, error: string): Answer {
  return { outcome: "refused", status, body: { error } };
}

const RECORDED: Answer = { outcome: "recorded", status: 202, body: { ok: true } };
const DUPLICATE: Answer = { outcome: "duplicate", status: 202, body: { duplicate: true } };

const TOO_LARGE = refuse(413, `A delivery has at most ${BODY_BYTES_MAX} bytes.`);
const BUSY: Answer = {
  outcome: "overload",
  status: 503,
  body: { error: "Too much arrives at once; please deliver it again." },
};

function textOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

function drain(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS_MAX);
  timer.unref();
  request.once("close", () => clearTimeout(timer));
  request.resume();
}

/** Is it the HMAC-SHA256 of these bytes with one of the secrets? Takes equally long for each. */
function isSigned(body: Buffer, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature);
  return secrets
    .map((secret) => {
      const digest = createHmac("sha256", secret).update(body).digest("hex");
      const expected = Buffer.from(`sha256=${digest}`);
      return given.length === expected.length && timingSafeEqual(given, expected);
    })
    .includes(true);
}

/** Undefined where it is none, or so deep that PostgreSQL would not keep it. */
function parseJson(text: string): unknown {
  if (isDeepJson(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
