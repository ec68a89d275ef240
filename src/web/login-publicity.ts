import type { Instant } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import type { PublicGitHub, ViewedRepositories, ViewedRepository } from "./login-ports.ts";

/** What GitHub answered is believed for so long. */
export const EVIDENCE_MS_MAX = 5 * 60_000;
/** Public repositories of one installation that are asked about: 20 requests. */
const ASKED_MAX = 2_000;
/** Installations whose answers are kept. */
const INSTALLATIONS_MAX = 10_000;

/** GitHub says no to us, rather than nothing. */
const REFUSED: readonly string[] = [
  "github/forbidden",
  "github/not-found",
  "github/unauthorized",
  "github/rejected",
];

interface Answer {
  readonly at: Instant;
  readonly news: number;
  readonly asked: ReadonlySet<number>;
  readonly shown: ReadonlySet<number>;
}

/**
 * What GitHub shows to everybody, by its own word: a row that says "public" may be old. All public
 * repositories of an installation are asked about at once, so that no number of visitors costs more.
 */
export class Publicity {
  readonly #repositories: ViewedRepositories;
  readonly #github: PublicGitHub;
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, "warn">;
  readonly #answers = new Map<number, Answer>();
  readonly #asking = new Map<number, Promise<Answer>>();
  #nobody: { readonly at: Instant; readonly isShown: boolean } | null = null;

  constructor(parts: {
    readonly repositories: ViewedRepositories;
    readonly github: PublicGitHub;
    readonly clock: Clock;
    readonly logger: Pick<Logger, "warn">;
  }) {
    this.#repositories = parts.repositories;
    this.#github = parts.github;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** Those that are public, of one installation. Throws AppError where GitHub cannot be asked. */
  async filter(rows: readonly ViewedRepository[]): Promise<readonly ViewedRepository[]> {
    const open = rows.filter(({ isPrivate }) => !isPrivate);
    const [first] = open;
    if (first === undefined) return [];
    const known = this.#answers.get(first.installationId);
    const isGood =
      known !== undefined &&
      this.#isFresh(known.at) &&
      open.every(({ id, news }) => known.asked.has(id) && known.news === news);
    const { news, shown } = isGood ? known : await this.#ask(first.installationId);
    return open.filter((row) => shown.has(row.id) && row.news <= news);
  }

  /** The same for somebody without an account: not every GitHub shows them anything. */
  async filterForNobody(rows: readonly ViewedRepository[]): Promise<readonly ViewedRepository[]> {
    const open = await this.filter(rows);
    const [first] = open;
    if (first === undefined) return [];
    if (this.#nobody === null || !this.#isFresh(this.#nobody.at)) {
      const at = this.#clock.now();
      this.#nobody = { at, isShown: await this.#github.showsToNobody(first) };
    }
    return this.#nobody.isShown ? open : [];
  }

  #isFresh(at: Instant): boolean {
    return this.#clock.now() - at < EVIDENCE_MS_MAX;
  }

  #ask(installationId: number): Promise<Answer> {
    const running = this.#asking.get(installationId);
    if (running !== undefined) return running;
    const asking = this.#read(installationId).finally(() => this.#asking.delete(installationId));
    this.#asking.set(installationId, asking);
    return asking;
  }

  async #read(installationId: number): Promise<Answer> {
    const rows = (await this.#repositories.listPublic(installationId)).slice(0, ASKED_MAX);
    const at = this.#clock.now();
    const shown = await this.#github
      .readPublic(
        installationId,
        rows.map(({ nodeId }) => nodeId),
      )
      .catch((error: unknown) => {
        if (!(error instanceof AppError) || !REFUSED.includes(error.code)) throw error;
        this.#logger.warn({ err: error, installationId }, "GitHub does not say what is public.");
        return [];
      });
    const answer = {
      at,
      news: rows[0]?.news ?? 0,
      asked: new Set(rows.map(({ id }) => id)),
      shown: new Set(shown),
    };
    this.#answers.delete(installationId);
    this.#answers.set(installationId, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > INSTALLATIONS_MAX && oldest !== undefined) {
      this.#answers.delete(oldest);
    }
    return answer;
  }
}
