import type { Sightings } from "../clocks-port.ts";
import { mergeSeen } from "../core/clock-records/kept.ts";
import type { Kept, KeptKind, KeptKinds, Seen } from "../core/clock-records/kept.ts";
import { columnOf, keptFields, TABLES } from "./clock-columns.ts";
import { keepCarried, linkRecords } from "./clock-links.ts";
import type { Place } from "./clock-place.ts";
import { forgetEnvironments } from "./clock-production.ts";
import { linkExceptions, linkStacked } from "./clock-stacked.ts";
import { linkDeployments, linkUsable } from "./clock-usable.ts";
import { toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** Any number that no other lock of two keys has: who merges what was seen of a repository. */
const LOCK_CLASS = 1_731_142_026;

/** Inside of a transaction. */
export async function keepSightings(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  seen: Sightings,
): Promise<void> {
  const { pulls = [], commits = [], releases = [], feedback = [], deployments = [] } = seen;
  // Two who see the same at once would each miss what the other one saw.
  await sql.query("select pg_advisory_xact_lock($1, $2)", [
    LOCK_CLASS,
    repositoryId % 2_147_483_647,
  ]);
  const at = { sql, installationId, repositoryId };
  const keptPulls = await keep(at, "pull", pulls);
  const own = {
    pulls: keptPulls.map(({ number }) => number),
    commits: (await keep(at, "commit", commits)).map(({ sha }) => sha),
    keys: (await keep(at, "feedback", feedback)).map(({ key }) => key),
    deployments: (await keep(at, "deployment", deployments)).map(({ id }) => id),
  };
  const kept = await keep(at, "release", releases);
  const tags = kept.map(({ tag }) => tag);
  await keepCarried(at, kept);
  const merged = await linkStacked(at, keptPulls);
  await linkExceptions(at, { pulls: own.pulls, tags });
  const gone = await forgetEnvironments(at, seen.noProduction ?? []);
  const judged = [...new Set([...tags, ...gone.tags])];
  const usable = await linkUsable(at, { tags: judged, deployments: own.deployments });
  const failed = own.keys.flatMap((key) => /^deployment\/(\d+)$/.exec(key)?.[1] ?? []);
  const mended = await linkDeployments(at, [...own.deployments, ...failed.map(Number)]);
  await linkRecords(at, {
    pulls: [...new Set([...own.pulls, ...merged])],
    commits: own.commits,
    tags: [...new Set([...tags, ...usable])],
    keys: [...new Set([...own.keys, ...mended, ...gone.keys])],
  });
  if (Object.values(seen).some(({ length }) => length > 0)) await countChange(at);
}

/** Pages that were computed from its records are old from now on. */
async function countChange({ sql, installationId, repositoryId }: Place): Promise<void> {
  await sql.query(
    `insert into smallbatch.clock_change as c (repository_id, installation_id, changes, changed_at)
    select id, installation_id, 1, extract(epoch from clock_timestamp()) * 1000
    from smallbatch.repository where id = $2 and installation_id = $1
    on conflict (repository_id) do update
      set changes = c.changes + 1, changed_at = excluded.changed_at`,
    [installationId, repositoryId],
  );
}

/** Gives back what stands after it. */
async function keep<K extends KeptKind>(
  place: Place,
  kind: K,
  seen: readonly Seen<KeptKinds[K]>[],
): Promise<readonly Kept<KeptKinds[K]>[]> {
  if (seen.length === 0) return [];
  const { key } = TABLES[kind];
  const nameOf = ({ record }: Seen<KeptKinds[K]>): unknown =>
    (record as Readonly<Record<string, unknown>>)[key];
  const known = await readKept<K>(place, kind, [...new Set(seen.map(nameOf))]);
  for (const one of seen) {
    const name = String(nameOf(one));
    const merged = mergeSeen(kind, known.get(name) ?? null, one);
    if (merged !== null) known.set(name, merged);
  }
  await writeKept(place, kind, [...known.values()]);
  return [...known.values()];
}

async function readKept<K extends KeptKind>(
  { sql, installationId, repositoryId }: Place,
  kind: K,
  names: readonly unknown[],
): Promise<Map<string, Kept<KeptKinds[K]>>> {
  const { name: table, key, columns } = TABLES[kind];
  const pairs = keptFields(kind).map(([field]) => `'${field}', ${columnOf(field)}`);
  const { rows } = await sql.query<{ name: string; kept: Kept<KeptKinds[K]> }>(
    `select ${key}::text as name, json_build_object(${pairs.join(", ")}) as kept
    from ${table} where installation_id = $1 and repository_id = $2
      and ${key} = any($3::${String(columns[key])}[])`,
    [installationId, repositoryId, names],
  );
  return new Map(rows.map(({ name, kept }) => [name, kept]));
}

async function writeKept<K extends KeptKind>(
  { sql, installationId, repositoryId }: Place,
  kind: K,
  rows: readonly Kept<KeptKinds[K]>[],
): Promise<void> {
  const { name: table, key } = TABLES[kind];
  const fields = keptFields(kind);
  const columns = fields.map(([field]) => columnOf(field));
  const shapes = fields.map(([field, type]) => `"${field}" ${type}`);
  const values = fields.map(([field]) => `own."${field}"`);
  const changes = columns.map((column) => `${column} = excluded.${column}`);
  await sql.query(
    `insert into ${table} as t (repository_id, installation_id, ${columns.join(", ")})
    select r.id, r.installation_id, ${values.join(", ")}
    from (select id, installation_id from smallbatch.repository
      where id = $2 and installation_id = $1 for key share) r,
      json_to_recordset($3::json) as own(${shapes.join(", ")})
    on conflict (repository_id, ${key}) do update set ${changes.join(", ")}
      where t.installation_id = excluded.installation_id`,
    [installationId, repositoryId, toJson(rows)],
  );
}
