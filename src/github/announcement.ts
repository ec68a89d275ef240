import type { Announcement, AnnouncementSubject } from "../core/announce.ts";
import { hasReleasedMarker, hasTakenBackMarker } from "../core/marker.ts";
import type { Pull } from "../core/pull.ts";
import type { Instant, ReleaseSeen, TagSeen } from "../core/state.ts";
import { readCommitsSince } from "./commits.ts";
import { formatSubjects } from "./documents.ts";
import { ask, chunk, numbered, ourCheckFilters } from "./look.ts";
import type { Look } from "./look.ts";
import { subjectsAnswer } from "./people-answers.ts";
import type { CommentsAnswer, SubjectAnswer } from "./people-answers.ts";
import { readCheckOn, readPull } from "./readings.ts";

/** An older release is not announced any more: nobody waits for it. */
const ANNOUNCED_AGE_MS_MAX = 7 * 24 * 60 * 60_000;
/** Pulls of one release that are looked at; at most 20 subjects get a comment anyway. */
const PULLS_MAX = 40;
/** Each brings up to 50 comments, and those of up to 20 issues. */
const PULLS_PER_REQUEST = 10;

/** Newest release of ours that may lack comments; null: nothing to look at. */
export function findAnnounced(
  look: Look,
  releases: readonly ReleaseSeen[],
): (ReleaseSeen & { readonly sha: string }) | null {
  const { now, memory } = look;
  const [newest] = releases
    .filter((release) => release.isOurs && release.publishedAt !== null)
    .toSorted((left, right) => (right.publishedAt ?? 0) - (left.publishedAt ?? 0));
  if (newest === undefined || newest.sha === null || newest.publishedAt === null) return null;
  const isOld = now - newest.publishedAt > ANNOUNCED_AGE_MS_MAX;
  return isOld || newest.tag === memory.announcedTag ? null : { ...newest, sha: newest.sha };
}

/** Its pulls and the issues that they closed here, with whether our comment stands there. */
export async function readAnnouncement(
  look: Look,
  release: ReleaseSeen & { readonly sha: string },
  context: { readonly tags: readonly TagSeen[]; readonly releases: readonly ReleaseSeen[] },
): Promise<{ readonly announcement: Announcement; readonly pulls: readonly Pull[] }> {
  const back = new Map(
    (release.rollsBack ?? []).flatMap(({ tag, pulls }) =>
      pulls.map((pull) => [pull, tag] as const),
    ),
  );
  const own = release.cardPulls ?? (await readReleasedPulls(look, release, context));
  // What went back comes first: of the others the notes say enough.
  const numbers = [...new Set([...back.keys(), ...own])];
  const answers: SubjectAnswer[] = [];
  for (const part of chunk(numbers.slice(0, PULLS_MAX), PULLS_PER_REQUEST)) {
    const { repository } = await ask(look, subjectsAnswer, {
      document: formatSubjects(part.length),
      variables: { ...numbered("p", part), ...ourCheckFilters(look) },
      tolerate: (error) => error.type === "NOT_FOUND" && error.path?.length === 2,
    });
    answers.push(...Object.values(repository).filter((answer) => answer !== null));
  }
  const subjects = answers.flatMap((answer) => {
    const bad = back.get(answer.number);
    return readSubjects(look, answer, { tag: release.tag, bad });
  });
  const unique = [...new Map(subjects.map((subject) => [subject.nodeId, subject])).values()];
  return {
    announcement: {
      tag: release.tag,
      sha: release.sha,
      url: release.url,
      subjects: unique,
      checks: answers.flatMap(({ checked, number }) => {
        const ourCheck = checked === null || back.has(number) ? null : readCheckOn(checked);
        return checked === null || ourCheck === null ? [] : [{ sha: checked.oid, ourCheck }];
      }),
    },
    pulls: answers.map(readPull).filter((pull) => pull !== null),
  };
}

/** `bad`: the release that brought it, where this one takes that back. */
function readSubjects(
  look: Look,
  answer: SubjectAnswer,
  { tag, bad }: { readonly tag: string; readonly bad: string | undefined },
): AnnouncementSubject[] {
  const isSaid = bad === undefined ? hasReleasedMarker : hasTakenBackMarker;
  const of = bad === undefined ? {} : { takenBack: bad };
  const isCommented = (comments: CommentsAnswer): boolean =>
    comments.nodes.some(
      // Anybody can paste a marker; only ours, or another bot of this kind, counts.
      ({ body, viewerDidAuthor, author }) =>
        (viewerDidAuthor || author?.kind === "Bot") && isSaid(body, look.line, tag),
    );
  const here = `${look.owner}/${look.name}`.toLowerCase();
  const issues = (answer.subjects?.nodes ?? []).filter(
    ({ repository }) => repository.nameWithOwner.toLowerCase() === here,
  );
  return [
    {
      number: answer.number,
      nodeId: answer.id,
      isPull: true,
      isCommented: isCommented(answer.comments),
      ...of,
    },
    ...issues.map((issue) => ({
      number: issue.number,
      nodeId: issue.id,
      isPull: false,
      isCommented: isCommented(issue.comments),
      ...of,
    })),
  ];
}

/** Pulls of a release without a card: those of the commits since the release of ours before it. */
async function readReleasedPulls(
  look: Look,
  release: ReleaseSeen & { readonly sha: string },
  context: { readonly tags: readonly TagSeen[]; readonly releases: readonly ReleaseSeen[] },
): Promise<readonly number[]> {
  const published: Instant = release.publishedAt ?? 0;
  const previous = context.releases.find(
    ({ tag, publishedAt }) =>
      publishedAt !== null &&
      publishedAt < published &&
      context.tags.some(({ name, isAncestor }) => name === tag && isAncestor !== false),
  );
  if (previous === undefined) return [];
  const to = { head: release.tag, headSha: release.sha };
  const read = await readCommitsSince(look, previous.tag, to, null);
  return [...new Set(read?.commits.flatMap(({ pulls }) => pulls) ?? [])];
}
