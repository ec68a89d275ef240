import { compare } from "semver";
import { parseCard } from "../../src/core/card-text.ts";
import { hasStatusMarker } from "../../src/core/marker.ts";
import { isPreviewTag } from "../../src/core/preview-tag.ts";
import { assertSame, type Actor, type Ended, type OwnRelease, type Unit } from "./world.ts";

/** What stands in the end, and throws where a unit is not where it belongs. */
export async function assertReleased(actor: Actor, heard: ReadonlySet<number>): Promise<Ended> {
  const { scenario, stage, world } = actor;
  const { data } = stage.github.github;
  const { id } = scenario.repository;
  const { tags } = await scenario.world();
  const all = data.releases.filter(({ repositoryId }) => repositoryId === id);
  const releases = all.flatMap(({ tagName, body }) => readOwn(tagName, body ?? ""));
  const ended = { releases, tags, heard };
  const trunk = await listTrunk(actor);
  for (const { prefix } of world.lines) assertLine(actor, { prefix, ended, trunk });
  const names = all.map(({ tagName }) => tagName);
  const versions = Object.keys(tags).filter((tag) => !isPreviewTag(tag));
  assertSame("Tags and releases", versions.toSorted(), names.toSorted());
  for (const { tag, sha } of releases) assertSame(`Commit of ${tag}`, tags[tag], sha);
  assertTold(actor, ended);
  assertChecks(actor);
  await world.assertEnd?.(actor, ended);
  return ended;
}

function readOwn(tag: string, body: string): readonly OwnRelease[] {
  const card = parseCard(body);
  if (card === null) return [];
  const { version, sha, units, previews = [] } = card;
  const cancelled = units.filter(({ cancelledBy }) => cancelledBy !== null);
  const shasOf = (listed: typeof units): readonly string[] => listed.map((unit) => unit.sha);
  return [{ tag, version, sha, units: shasOf(units), cancelled: shasOf(cancelled), previews }];
}

/** Place of each commit on the default branch, following first parents, the oldest being 0. */
async function listTrunk({ stage, scenario }: Actor): Promise<ReadonlyMap<string, number>> {
  const { git } = stage.github.github;
  const newest: string[] = [];
  for (let sha: string | undefined = await scenario.head(); sha !== undefined;) {
    newest.push(sha);
    sha = (await git.commit(scenario.repository.id, sha))?.parents[0];
  }
  return new Map(newest.toReversed().map((sha, place) => [sha, place]));
}

/** Every unit of a line in the first release of it that contains its commit, and in no other. */
function assertLine(
  actor: Actor,
  {
    prefix,
    ended: { releases, tags },
    trunk,
  }: { prefix: string; ended: Ended; trunk: ReadonlyMap<string, number> },
): void {
  const own = Object.entries(tags)
    .filter(([tag]) => tag.startsWith(`${prefix}v`))
    .map(([tag, sha]) => ({ tag, version: tag.slice(prefix.length), place: trunk.get(sha) }))
    .toSorted((left, right) => compare(left.version, right.version));
  const places = own.map(({ place }) => place ?? -1);
  assertSame(
    `Places of ${own.map(({ tag }) => tag).join(", ")} on the branch`,
    places,
    places.toSorted((left, right) => left - right),
  );
  assertSame("Tags beside the branch", places.includes(-1), false);
  const expected = new Map<string, string[]>();
  for (const unit of actor.units.filter((each) => linesOf(actor, each).includes(prefix))) {
    const place = trunk.get(unit.sha);
    if (place === undefined) throw new Error(`${unit.title} is not on the branch`);
    const tag = own.find((each) => (each.place ?? -1) >= place)?.tag ?? `no release of ${prefix}`;
    expected.set(tag, [...(expected.get(tag) ?? []), unit.sha]);
  }
  const titles = new Map(actor.units.map(({ sha, title }) => [sha, title]));
  const named = (shas: readonly string[]): readonly string[] =>
    shas.map((sha) => titles.get(sha) ?? sha).toSorted();
  const released = releases.filter(({ tag }) => own.some((each) => each.tag === tag));
  const seen = released.map(({ tag, units }) => [tag, named(units)]);
  const wanted = released.map(({ tag }) => [tag, named(expected.get(tag) ?? [])]);
  assertSame("Units by release", seen, wanted);
  const isReleased = (tag: string): boolean =>
    actor.byHand.has(tag) || released.some((each) => each.tag === tag);
  const missing = [...expected].filter(([tag]) => !isReleased(tag));
  assertSame(
    "Units in no release",
    missing.map(([tag, shas]) => [tag, named(shas)]),
    [],
  );
}

/** How the tags begin of the lines that a unit belongs to. */
function linesOf({ world }: Actor, { paths }: Unit): readonly string[] {
  const found = paths.map((path) => {
    const own = world.lines.find(
      ({ folder, prefix }) => prefix !== "" && path.startsWith(`${folder}/`),
    );
    return own?.prefix ?? "";
  });
  return [...new Set(found)];
}

/** Whoever merged a pull that was not taken back is told of its release, once, and nobody else. */
function assertTold(actor: Actor, { releases }: Ended): void {
  const { stage, scenario, units } = actor;
  const comments = stage.github.github.data.comments.filter(
    ({ repositoryId, appId }) => repositoryId === scenario.repository.id && appId === stage.app.id,
  );
  const isReleased = ({ sha }: Unit): boolean =>
    releases.some((each) => each.units.includes(sha) && !each.cancelled.includes(sha));
  const merged = units.filter((unit) => unit.pull !== null && isReleased(unit));
  const numbers = merged.map(({ pull }) => `#${pull}`).toSorted();
  const told = comments.filter(({ body }) => !hasStatusMarker(body));
  assertSame(
    "Pulls that were told of their release",
    told.map(({ issueNumber }) => `#${issueNumber}`).toSorted(),
    numbers,
  );
  const statuses = comments.filter(({ body }) => hasStatusMarker(body));
  const places = statuses.map(({ issueNumber }) => issueNumber);
  assertSame("Pulls with a status comment", places.length, new Set(places).size);
}

/** None of our checks stands twice on a commit. */
function assertChecks({ stage, scenario }: Actor): void {
  const own = stage.github.github.data.checkRuns
    .filter(
      ({ repositoryId, appId }) =>
        repositoryId === scenario.repository.id && appId === stage.app.id,
    )
    .map(({ headSha, name }) => `${name} on ${headSha}`);
  assertSame(
    "Checks of ours that stand twice",
    own.filter((each, at) => own.indexOf(each) !== at),
    [],
  );
}
