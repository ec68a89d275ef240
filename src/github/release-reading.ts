import { parseCard } from "../core/card-text.ts";
import { readMarker } from "../core/marker.ts";
import type { ReleaseSeen } from "../core/state.ts";
import { chooseTagFormat, isStable, parseTag } from "../core/version.ts";
import { releasesAnswer } from "./answers.ts";
import type { CheckedCommitAnswer, LineAnswer, ReleaseAnswer } from "./answers.ts";
import { readAllChecks } from "./checks.ts";
import { formatReleases } from "./documents.ts";
import { ask, numbered } from "./look.ts";
import type { Look } from "./look.ts";

/** Releases whose checks are read: the last one and the one before it, which says what to expect. */
const CHECKED_RELEASES = 2;

/** Ours by our marker, or because we meant to make it and a workflow was faster. */
function readRelease(
  answer: ReleaseAnswer,
  { line, memory }: Pick<Look, "line" | "memory">,
): ReleaseSeen {
  const body = answer.description ?? "";
  const { intent } = memory;
  const isIntended = intent?.tag === answer.tagName && intent.sha === answer.tagCommit?.oid;
  const card = parseCard(body);
  return {
    id: answer.databaseId ?? 0,
    tag: answer.tagName,
    sha: answer.tagCommit?.oid ?? null,
    isDraft: answer.isDraft,
    isPrerelease: answer.isPrerelease,
    isLatest: answer.isLatest,
    publishedAt: answer.isDraft ? null : answer.publishedAt,
    url: answer.url,
    isOurs: isIntended || readMarker(body, line) !== null,
    cardPulls:
      card?.units.flatMap(({ pull, cancelledBy, isMissing }) =>
        pull === null || cancelledBy !== null || isMissing === true ? [] : [pull],
      ) ?? null,
    cardChecks:
      card?.checks.filter(({ state }) => state === "green").map(({ name }) => name) ?? null,
    checks: [],
  };
}

/** The releases of the first look; the newest two of the line with the checks of their commits. */
export async function readReleases(
  look: Look,
  answer: LineAnswer,
  policyTag: string | null,
): Promise<readonly ReleaseSeen[]> {
  const releases = answer.releases.nodes.map((release) => readRelease(release, look));
  const newest = releases
    .filter((release) => isOnLine(release, policyTag))
    .slice(0, CHECKED_RELEASES)
    .map(({ tag }) => tag);
  const found = new Map<string, CheckedCommitAnswer | null>(
    answer.checkedReleases.nodes.map(({ tagName, tagCommit }) => [tagName, tagCommit]),
  );
  const missing = newest.filter((tag) => !found.has(tag));
  if (missing.length > 0) {
    const { repository } = await ask(look, releasesAnswer, {
      document: formatReleases(missing.length),
      variables: numbered("r", missing),
    });
    for (const release of Object.values(repository)) {
      if (release !== null) found.set(release.tagName, release.checked);
    }
  }
  const read = new Map<string, Pick<ReleaseSeen, "checks" | "ourCheck">>();
  for (const tag of newest) {
    const commit = found.get(tag) ?? null;
    if (commit === null) continue;
    read.set(tag, await readAllChecks(look, commit.oid, commit.statusCheckRollup));
  }
  return releases.map((release) => ({ ...release, ...read.get(release.tag) }));
}

function isOnLine(release: ReleaseSeen, policyTag: string | null): boolean {
  if (release.isDraft || release.sha === null) return false;
  const version = parseTag(release.tag, chooseTagFormat(policyTag, release.tag));
  return version !== null && isStable(version);
}

/** The release of a tag that is older than the newest 20; null: the tag has none. */
export async function findRelease(look: Look, tag: string): Promise<ReleaseSeen | null> {
  const { repository } = await ask(look, releasesAnswer, {
    document: formatReleases(1),
    variables: numbered("r", [tag]),
  });
  const [answer] = Object.values(repository);
  return answer === undefined || answer === null ? null : readRelease(answer, look);
}
