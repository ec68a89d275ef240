import type { LocalGitHubFixture } from "../support/local-github.ts";

/** A small client of the REST API, for one token and one repository. */
export class Rest {
  readonly #local: LocalGitHubFixture;
  readonly #token: string;
  readonly #base: string;

  constructor(local: LocalGitHubFixture, token: string, fullName: string) {
    this.#local = local;
    this.#token = token;
    this.#base = `/repos/${fullName}`;
  }

  /** The body of the answer. Throws for any status from 400 on. */
  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#local.apiUrl}${this.#base}${path}`, {
      method,
      headers: { authorization: `token ${this.#token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text === "" ? "null" : text) as T;
  }

  /** Write one file on a new branch, open a pull and squash it: the SHA on the base. */
  async mergeChange(change: {
    readonly branch: string;
    readonly title: string;
    readonly body: string;
    readonly path: string;
  }): Promise<{ number: number; sha: string }> {
    const head = await this.send<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
    const ref = { ref: `refs/heads/${change.branch}`, sha: head.object.sha };
    await this.send("POST", "/git/refs", ref);
    await this.send("PUT", `/contents/${change.path}`, {
      message: change.title,
      content: Buffer.from(`${change.title}\n`).toString("base64"),
      branch: change.branch,
    });
    const pull = await this.send<{ number: number }>("POST", "/pulls", {
      title: change.title,
      body: change.body,
      head: change.branch,
      base: "main",
    });
    const merged = await this.merge(pull.number);
    return { number: pull.number, sha: merged };
  }

  async merge(number: number): Promise<string> {
    const path = `/pulls/${number}/merge`;
    const { sha } = await this.send<{ sha: string }>("PUT", path, { merge_method: "squash" });
    return sha;
  }
}
