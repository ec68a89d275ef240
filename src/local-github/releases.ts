import { HttpError, notFound, validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import { authorOf } from "./issues.ts";
import { markLatest, publishedRelease } from "./latest-release.ts";
import { isRefName } from "./loose-refs.ts";
import type { Actor } from "./permission.ts";
import { createRef, requireWorkflowRight } from "./refs.ts";
import type { EventDetail } from "./world-event.ts";
import type { Release, Repository } from "./world.ts";

export type ReleaseFields = Pick<
  Release,
  "tagName" | "targetCommitish" | "name" | "body" | "draft" | "prerelease" | "makeLatest"
>;

const BODY_CHARACTERS_MAX = 125_000;

/**
 * Makes a release, and for a published one without a tag also the tag, as a lightweight one at
 * `targetCommitish`; where the tag stands already, that is left unread. Throws 422 as GitHub does.
 */
export async function createRelease(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  input: Omit<ReleaseFields, "makeLatest"> & { makeLatest?: Release["makeLatest"] },
): Promise<Release> {
  const by = authorOf(actor);
  const fields: ReleaseFields = { ...input, makeLatest: input.makeLatest ?? "true" };
  requireFields(fields);
  requireLatestFits(fields, input.makeLatest);
  requireFreeTag(github, repository, fields.tagName, null);
  const at = github.timestamp();
  const release: Release = {
    id: github.nextId(),
    repositoryId: repository.id,
    ...fields,
    draft: true,
    authorId: by.accountId,
    createdAt: at,
    updatedAt: at,
    publishedAt: null,
    immutable: false,
  };
  if (fields.draft) await requireTarget(github, repository, actor, fields);
  else await publish(github, repository, actor, release);
  // Two requests may have made the tag together: one of them has published its release by now.
  if (!release.draft) requireFreeTag(github, repository, fields.tagName, null);
  github.data.releases.push(release);
  if (!release.draft) markLatest(github, repository, release);
  emit(github, release, by.accountId, "created");
  if (!release.draft) emitPublished(github, release, by.accountId);
  return release;
}

/** Changes a release; turning a draft into a release publishes it and makes its tag. */
export async function editRelease(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  release: Release,
  change: Partial<ReleaseFields>,
): Promise<void> {
  const by = authorOf(actor);
  const before = pickFields(release);
  const after: ReleaseFields = { ...before, ...change };
  requireFields(after);
  requireLatestFits(after, change.makeLatest);
  if (!release.draft) await requireSeen(github, repository, actor, after);
  const { immutableTakesMarks = false } = repository;
  if (release.immutable) requireWordsOnly(before, after, immutableTakesMarks);
  if (!before.draft && after.draft) {
    throw validationFailed({ resource: "Release", code: "invalid", field: "draft" });
  }
  if (!after.draft || before.tagName !== after.tagName) {
    requireFreeTag(github, repository, after.tagName, release);
  }
  const edited: Release = { ...release, ...after, draft: before.draft };
  edited.updatedAt = github.timestamp();
  const isPublishing = before.draft && !after.draft;
  if (isPublishing) await publish(github, repository, actor, edited);
  else if (!after.draft && before.tagName !== after.tagName) {
    await settleTag(github, repository, actor, edited);
  }
  Object.assign(release, edited);
  const isMarkAsked = change.makeLatest !== undefined || before.prerelease !== after.prerelease;
  if (!release.draft && isMarkAsked) markLatest(github, repository, release);
  emitEdited(github, release, by.accountId, before, change.makeLatest);
  if (isPublishing) emitPublished(github, release, by.accountId);
  else if (!release.draft && before.prerelease && !after.prerelease) {
    emit(github, release, by.accountId, "released");
  }
}

/** The tag stays. */
export function deleteRelease(github: GitHub, release: Release, accountId: number): void {
  github.data.releases = github.data.releases.filter((each) => each !== release);
  emit(github, release, accountId, "deleted");
}

/** Commit of the tag if it stands, else of the target; null where neither leads to one. */
export async function releaseCommit(
  github: GitHub,
  repository: Repository,
  fields: Pick<ReleaseFields, "tagName" | "targetCommitish">,
): Promise<string | null> {
  const tag = await github.git.ref(repository.id, `refs/tags/${fields.tagName}`);
  return tag?.peeledSha ?? github.git.resolveCommit(repository.id, fields.targetCommitish);
}

async function publish(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  release: Release,
): Promise<void> {
  await settleTag(github, repository, actor, release);
  release.publishedAt = github.timestamp();
  release.draft = false;
  release.immutable = repository.immutableReleases;
}

/** Makes the tag where it is missing, and dates the release by its commit. */
async function settleTag(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  release: Release,
): Promise<void> {
  const sha = await requireTarget(github, repository, actor, release);
  const ref = `refs/tags/${release.tagName}`;
  if ((await github.git.ref(repository.id, ref)) === null) {
    await makeTag(github, repository, actor, ref, sha);
  }
  const commit = await github.git.commit(repository.id, sha);
  if (commit !== null) release.createdAt = commit.committer.date;
}

/** A ruleset's refusal stands in the errors of a release, not in its message as for a ref. */
async function makeTag(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  ref: string,
  sha: string,
): Promise<void> {
  try {
    await createRef(github, repository, actor, { ref, sha });
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 422) throw error;
    // Somebody was faster: the tag that stands now wins, as it does when it stood before.
    if ((await github.git.ref(repository.id, ref)) !== null) return;
    const reason = error.body.message.replace(/^Repository rule violations found\s*/, "").trim();
    throw validationFailed(
      {
        resource: "Release",
        code: "custom",
        field: "pre_receive",
        message: `pre_receive ${reason}`,
      },
      {
        resource: "Release",
        code: "custom",
        message: `Published releases must have a valid tag`,
      },
    );
  }
}

async function requireTarget(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  fields: Pick<ReleaseFields, "tagName" | "targetCommitish">,
): Promise<string> {
  const sha = await releaseCommit(github, repository, fields);
  if (sha === null) {
    throw validationFailed({ resource: "Release", code: "invalid", field: "target_commitish" });
  }
  await requireWorkflowRight(github, repository, actor, sha);
  return sha;
}

/**
 * Whoever may not change workflows does not find a release whose commit has others than the default
 * branch: 404, "Update a release" of GitHub's description.
 */
async function requireSeen(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  fields: Pick<ReleaseFields, "tagName" | "targetCommitish">,
): Promise<void> {
  const sha = await releaseCommit(github, repository, fields);
  if (sha === null) return;
  try {
    await requireWorkflowRight(github, repository, actor, sha);
  } catch (error) {
    throw error instanceof HttpError && error.status === 403 ? notFound() : error;
  }
}

function requireFields(fields: ReleaseFields): void {
  if (!isRefName(`refs/tags/${fields.tagName}`)) {
    throw validationFailed({
      resource: "Release",
      code: "custom",
      field: "tag_name",
      message: "tag_name is not a valid tag",
    });
  }
  if ((fields.body ?? "").length > BODY_CHARACTERS_MAX) {
    throw validationFailed({
      resource: "Release",
      code: "custom",
      field: "body",
      message: `body is too long (maximum is ${BODY_CHARACTERS_MAX} characters)`,
    });
  }
}

/** `asked` is what the request itself says; without it any release may be a prerelease. */
function requireLatestFits(fields: ReleaseFields, asked: Release["makeLatest"] | undefined): void {
  if (asked !== "true" || (!fields.draft && !fields.prerelease)) return;
  throw validationFailed({
    resource: "Release",
    code: "custom",
    field: "make_latest",
    message: "Latest release cannot be draft or prerelease",
  });
}

function requireFreeTag(
  github: GitHub,
  repository: Repository,
  tagName: string,
  own: Release | null,
): void {
  const holder = publishedRelease(github, repository, tagName);
  if (holder === null || holder === own) return;
  throw validationFailed({ resource: "Release", code: "already_exists", field: "tag_name" });
}

/**
 * An immutable release may still be worded differently, and be made Latest. Reports differ on whether
 * it may become a prerelease.
 */
function requireWordsOnly(
  before: ReleaseFields,
  after: ReleaseFields,
  takesPrerelease: boolean,
): void {
  for (const field of ["tagName", "targetCommitish", "draft", "prerelease"] as const) {
    if (before[field] === after[field] || (takesPrerelease && field === "prerelease")) continue;
    throw validationFailed({
      resource: "Release",
      code: "custom",
      message: "Immutable releases can only change their title and notes",
    });
  }
}

function pickFields(release: Release): ReleaseFields {
  const { tagName, targetCommitish, name, body, draft, prerelease, makeLatest } = release;
  return { tagName, targetCommitish, name, body, draft, prerelease, makeLatest };
}

function emitEdited(
  github: GitHub,
  release: Release,
  senderId: number,
  before: ReleaseFields,
  latestAsked: Release["makeLatest"] | undefined,
): void {
  const changes = {
    ...(release.name === before.name ? {} : { name: { from: before.name ?? "" } }),
    ...(release.body === before.body ? {} : { body: { from: before.body ?? "" } }),
    ...(release.tagName === before.tagName ? {} : { tag_name: { from: before.tagName } }),
    ...(latestAsked === undefined ? {} : { make_latest: { to: latestAsked === "true" } }),
  };
  const isOther = release.prerelease !== before.prerelease;
  if (Object.keys(changes).length === 0 && !isOther) return github.changed();
  emit(github, release, senderId, "edited", { changes });
}

function emitPublished(github: GitHub, release: Release, senderId: number): void {
  emit(github, release, senderId, "published");
  emit(github, release, senderId, release.prerelease ? "prereleased" : "released");
}

function emit(
  github: GitHub,
  release: Release,
  senderId: number,
  action: string,
  detail: EventDetail = {},
): void {
  github.emit({
    name: "release",
    action,
    repositoryId: release.repositoryId,
    senderId,
    detail: { release, ...detail },
  });
}
