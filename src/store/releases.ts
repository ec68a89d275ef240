import type pg from "pg";
import type { ReleaseCard } from "../core/card.ts";
import type { Instant, Line } from "../core/state.ts";
import type { IntendedRelease, LedgerRelease } from "../ports.ts";
import { cleanText, runQuery, toInstant, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";
import { lineValues, movedError } from "./lines.ts";

interface ReleaseRow extends pg.QueryResultRow {
  repository_id: number;
  branch: string;
  component: string;
  channel: string;
  tag: string;
  sha: string;
  state: LedgerRelease["state"];
  card: ReleaseCard;
  url: string | null;
  published_at: Date | null;
  publish_checks: LedgerRelease["publishChecks"];
}

const SELECT_RELEASE = `select repository_id, branch, component, channel, tag, sha, state, card, url,
  published_at, publish_checks from smallbatch.release`;

function toRelease(row: ReleaseRow): LedgerRelease {
  const { branch, component, channel, tag, sha, state, card, url } = row;
  return {
    line: { repositoryId: row.repository_id, branch, component, channel },
    tag,
    sha,
    state,
    card,
    url,
    publishedAt: toInstant(row.published_at),
    publishChecks: row.publish_checks,
  };
}

/** What was published stays as it is; an intent that led nowhere is replaced by the new one. */
export async function recordIntent(
  sql: Sql,
  installationId: number,
  release: IntendedRelease,
): Promise<void> {
  const rows = await runQuery(
    sql,
    "keep the intent of a release",
    `insert into smallbatch.release as r
      (installation_id, repository_id, branch, component, channel, tag, sha, card, notes, state)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'intended')
    on conflict (repository_id, tag) do update set
      sha = case r.state when 'published' then r.sha else excluded.sha end,
      card = case r.state when 'published' then r.card else excluded.card end,
      notes = case r.state when 'published' then r.notes else excluded.notes end
      where r.installation_id = excluded.installation_id
    returning 1`,
    [
      ...lineValues(installationId, release.line),
      release.tag,
      release.sha,
      toJson(release.card),
      release.notes === undefined ? null : cleanText(release.notes),
    ],
  );
  if (rows.length === 0) throw movedError(installationId, release.line.repositoryId);
}

export async function recordPublished(
  sql: Sql,
  installationId: number,
  line: Line,
  tag: string,
  published: { readonly url: string | null; readonly at: Instant },
): Promise<void> {
  const rows = await runQuery(
    sql,
    "keep a release",
    `update smallbatch.release set state = 'published', url = coalesce($4, url),
      published_at = coalesce(published_at, $5)
    where installation_id = $1 and repository_id = $2 and tag = $3 returning 1`,
    [installationId, line.repositoryId, tag, published.url, new Date(published.at)],
  );
  if (rows.length === 0) throw movedError(installationId, line.repositoryId);
}

export async function recordPublishChecks(
  sql: Sql,
  installationId: number,
  line: Line,
  tag: string,
  checks: LedgerRelease["publishChecks"],
): Promise<void> {
  const rows = await runQuery(
    sql,
    "keep what a release started",
    `update smallbatch.release set publish_checks = $4
    where installation_id = $1 and repository_id = $2 and tag = $3 returning 1`,
    [installationId, line.repositoryId, tag, toJson(checks)],
  );
  if (rows.length === 0) throw movedError(installationId, line.repositoryId);
}

/** Newest first, intents before what is published. */
export async function readReleases(
  sql: Sql,
  installationId: number,
  line: Line,
  limit: number,
): Promise<readonly LedgerRelease[]> {
  const rows = await runQuery<ReleaseRow>(
    sql,
    "read the ledger",
    `${SELECT_RELEASE} where installation_id = $1 and repository_id = $2 and branch = $3
      and component = $4 and channel = $5
    order by published_at desc nulls first, intended_at desc limit $6`,
    [...lineValues(installationId, line), limit],
  );
  return rows.map(toRelease);
}

export async function findRelease(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  tag: string,
): Promise<LedgerRelease | null> {
  const rows = await runQuery<ReleaseRow>(
    sql,
    "read the ledger",
    `${SELECT_RELEASE} where installation_id = $1 and repository_id = $2 and tag = $3`,
    [installationId, repositoryId, tag],
  );
  return rows[0] === undefined ? null : toRelease(rows[0]);
}
