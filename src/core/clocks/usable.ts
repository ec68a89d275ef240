import type { Instant } from "../state.ts";
import type { ReleaseRecord } from "./records.ts";
import { earliest } from "./release-events.ts";
import { keyOfCommit, keyOfPull } from "./row-key.ts";

/** When merged work became usable, or why that is not measured. */
export type Usable =
  | { readonly kind: "usable"; readonly at: Instant; readonly release: ReleaseRecord }
  /** In no release, or in one that is not usable yet. */
  | { readonly kind: "waiting"; readonly release: ReleaseRecord | null }
  /** In the first release on record: how much older work it brought, nobody knows. */
  | { readonly kind: "first" }
  /** In a release that was published long after its commit, behind newer ones. */
  | { readonly kind: "backfill" };

/** Finds the release of a unit by the unit's key. */
export type FindUsable = (key: string) => Usable;

/** `releases`: those that count, all stable ones or those of one channel of prereleases. */
export function usableIn(releases: readonly ReleaseRecord[]): FindUsable {
  const carriers = new Map<string, ReleaseRecord[]>();
  const lines = new Map<string, ReleaseRecord[]>();
  const inOrder = releases.toSorted((left, right) => left.publishedAt - right.publishedAt);
  for (const release of inOrder) {
    push(lines, lineOf(release), release);
    const { repositoryId } = release;
    for (const { pull, sha } of release.carries) {
      const key =
        pull === null
          ? keyOfCommit({ repositoryId, sha })
          : keyOfPull({ repositoryId, number: pull });
      push(carriers, key, release);
    }
  }
  const judged = new Map<string, Usable>();
  return (key) => {
    const known = judged.get(key) ?? judgeUsable(carriers.get(key) ?? [], lines);
    judged.set(key, known);
    return known;
  };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function lineOf({ repositoryId, component, channel }: ReleaseRecord): string {
  return JSON.stringify([repositoryId, component, channel]);
}

function judgeUsable(
  carriers: readonly ReleaseRecord[],
  lines: ReadonlyMap<string, readonly ReleaseRecord[]>,
): Usable {
  const forward = carriers.filter(({ kind }) => kind !== "backfill");
  const [first] = forward;
  if (first === undefined) {
    return carriers.length > 0 ? { kind: "backfill" } : { kind: "waiting", release: null };
  }
  if (first.kind === "first") return { kind: "first" };
  const found = forward.flatMap((release) => {
    const usable = usableFrom(release, lines);
    return usable === null ? [] : [usable];
  });
  const at = earliest(found.map(({ usableAt }) => usableAt));
  const release = found.find(({ usableAt }) => usableAt === at);
  if (at === null || release === undefined) return { kind: "waiting", release: first };
  return { kind: "usable", at, release };
}

/**
 * The release itself; where it was given up before anybody could use it, the next of its line that
 * people could use holds its code, too, unless that takes it back.
 */
function usableFrom(
  release: ReleaseRecord,
  lines: ReadonlyMap<string, readonly ReleaseRecord[]>,
): ReleaseRecord | null {
  if (release.usableAt !== null) return release;
  const holding = lines.get(lineOf(release))?.filter((each) => {
    const isLater = each.publishedAt > release.publishedAt && each.usableAt !== null;
    return isLater && each.kind !== "backfill" && !each.rollsBack.includes(release.tag);
  });
  const inOrder = holding?.toSorted(
    (left, right) => Number(left.usableAt) - Number(right.usableAt),
  );
  return inOrder?.[0] ?? null;
}
