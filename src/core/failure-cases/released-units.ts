import { readRange } from "../graph.ts";
import type { Node } from "../graph.ts";
import type { History, VersionTag } from "../history.ts";
import type { Sha } from "../state.ts";
import { joinUnits } from "../units.ts";
import type { Unit } from "../units.ts";
import { isStable } from "../version.ts";

/** Which release of a branch brought which unit first. */

/** What one stable release brought, or what no release has brought yet. */
export interface Brought {
  /** Null: it is merged, and in no stable release yet. */
  readonly tag: VersionTag | null;
  /** In order of the releases; what is unreleased comes last. */
  readonly place: number;
  /** Oldest first. */
  readonly units: readonly Unit[];
}

export interface Released {
  readonly unit: Unit;
  readonly in: Brought;
}

export class ReleasedUnits {
  readonly releases: readonly Brought[];
  readonly #byVersion: ReadonlyMap<string, Brought>;
  readonly #byPull = new Map<number, Released>();
  /** By the first digits of each commit. */
  readonly #byShort = new Map<string, Released[]>();
  /** By `bareTitle`; null: several have it. */
  readonly #byTitle = new Map<string, Released | null>();

  constructor(history: History) {
    this.releases = listBrought(history);
    const tagged = this.releases.flatMap((brought) =>
      brought.tag === null ? [] : [{ tag: brought.tag, brought }],
    );
    this.#byVersion = new Map(tagged.map(({ tag, brought }) => [tag.version, brought]));
    for (const brought of this.releases) {
      for (const unit of brought.units) this.#index({ unit, in: brought });
    }
  }

  #index(released: Released): void {
    const { unit } = released;
    if (unit.pull !== null) this.#byPull.set(unit.pull.number, released);
    for (const { sha } of unit.commits) {
      const key = sha.slice(0, SHORT_DIGITS);
      this.#byShort.set(key, [...(this.#byShort.get(key) ?? []), released]);
    }
    // `revert: x` is no other `x`.
    if (/^revert\b/i.test(unit.title)) return;
    const title = bareTitle(unit.title);
    this.#byTitle.set(title, this.#byTitle.has(title) ? null : released);
  }

  ofPull(number: number): Released | null {
    return this.#byPull.get(number) ?? null;
  }

  /** `short`: at least 7 digits. Null: none, or several. */
  ofCommit(short: Sha): Released | null {
    const found = this.#byShort.get(short.slice(0, SHORT_DIGITS).toLowerCase()) ?? [];
    const [only = null, ...more] = found.filter(({ unit }) =>
      unit.commits.some(({ sha }) => sha.startsWith(short.toLowerCase())),
    );
    return more.length === 0 ? only : null;
  }

  /** Null: none, or several. */
  ofTitle(title: string): Released | null {
    return this.#byTitle.get(bareTitle(title)) ?? null;
  }

  ofVersion(version: string): Brought | null {
    return this.#byVersion.get(version) ?? null;
  }
}

const SHORT_DIGITS = 7;

/** Without type and number: who writes `revert(server): x` took back `fix(server): x (#12)`. */
function bareTitle(title: string): string {
  const [, numberless = title] = /^(.+?) \(#\d{1,9}\)$/.exec(title) ?? [];
  return numberless
    .replace(/^\w[\w-]*(?:\([^)]*\))?!?: +/, "")
    .trim()
    .toLowerCase();
}

/** The oldest release first. A commit belongs to the first stable tag that holds it. */
function listBrought({ graph, tags, pulls, branch }: History): readonly Brought[] {
  const taken = new Set<Node>();
  const brought: Brought[] = [];
  const take = (nodes: readonly Node[], tag: VersionTag | null): void => {
    const own = nodes.filter((node) => !taken.has(node));
    for (const node of own) taken.add(node);
    const commits = own.map(({ commit }) => commit);
    const merged = own.flatMap((node) => pulls.get(node) ?? []);
    brought.push({ tag, place: brought.length, units: joinUnits(commits, merged, branch) });
  };
  for (const tag of tags) {
    if (isStable(tag.version)) take(readRange(graph, tag.node, tag.previous?.node ?? null), tag);
  }
  take(graph.nodes, null);
  return brought;
}
