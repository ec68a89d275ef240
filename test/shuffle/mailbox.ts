import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Lots } from "../support/seed.ts";

interface Letter {
  readonly headers: IncomingHttpHeaders;
  /** JSON, as it was signed. */
  readonly body: string;
}

/** Headers that the App looks at. */
const KEPT = [
  "content-type",
  "x-github-event",
  "x-github-delivery",
  "x-hub-signature-256",
] as const;

/**
 * Where GitHub's deliveries arrive instead of at the App. From here they go on as they came, but
 * some are lost, some come twice, some late, and in another order.
 */
export class Mailbox {
  readonly #server: Server;
  #arrived: Letter[] = [];
  /** Those that come after so many more rounds. */
  #late: { readonly letter: Letter; rounds: number }[] = [];
  #target = "";
  /** Ids of new comments whose delivery has arrived at the App. */
  readonly heardComments = new Set<number>();
  /** Deliveries that GitHub sent, and that went on to the App, doubles counted twice. */
  readonly tally = { sent: 0, carried: 0 };

  constructor() {
    this.#server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        this.tally.sent += 1;
        this.#arrived.push({ headers: request.headers, body });
        response.writeHead(202).end();
      });
    });
  }

  /** `target`: where the App takes deliveries. Gives back where GitHub is to send them. */
  async open(target: string): Promise<string> {
    this.#target = target;
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** One round: what arrived since the last meets its fate. */
  async carry(lots: Lots): Promise<void> {
    const due: Letter[] = [];
    for (const each of this.#late) {
      each.rounds -= 1;
      if (each.rounds <= 0) due.push(each.letter);
    }
    this.#late = this.#late.filter(({ rounds }) => rounds > 0);
    for (const letter of this.#arrived.splice(0)) {
      const fate = lots.next();
      if (fate < 0.3) continue;
      if (fate < 0.5) this.#late.push({ letter, rounds: lots.between(1, 5) });
      else due.push(letter);
      if (fate > 0.85) due.push(letter);
    }
    if (lots.chance(0.4)) due.reverse();
    for (const letter of due) await this.#deliver(letter);
    this.tally.carried += due.length;
  }

  /** Everything that is still on its way is lost. */
  empty(): void {
    this.#arrived = [];
    this.#late = [];
  }

  async #deliver({ headers, body }: Letter): Promise<void> {
    const kept = Object.fromEntries(KEPT.map((name) => [name, String(headers[name])]));
    const answer = await fetch(this.#target, { method: "POST", headers: kept, body });
    if (answer.status !== 202) throw new Error(`A delivery was answered with ${answer.status}`);
    await answer.arrayBuffer();
    if (kept["x-github-event"] !== "issue_comment") return;
    const { action, comment } = JSON.parse(body) as { action: string; comment: { id: number } };
    if (action === "created") this.heardComments.add(comment.id);
  }
}
