import type { CommandHeard, Doors, PullLook } from "../doors-port.ts";
import { runQuery } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** What came in by comments and by changes of open pulls, the oldest first, at most `limit` each. */
export async function readDoors(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  limit: number,
): Promise<Doors> {
  const rows = await runQuery<{
    comment_id: number | null;
    node_id: string;
    number: number;
    author_id: number;
    at: Date;
    kind: "comment" | "issue" | "pull";
    branch: string;
    asks: number;
    is_forced: boolean;
    merge_group: string | null;
  }>(
    sql,
    "read commands and open pulls",
    `(select 'comment' as kind, comment_id, node_id, number, author_id, said_at as at, '' as branch,
        0::bigint as asks, false as is_forced, null as merge_group
      from smallbatch.command where installation_id = $1 and repository_id = $2
      order by comment_id limit $3 + 1)
    union all
    (select 'issue', null, node_id, number, author_id, said_at, '', 0, false, null
      from smallbatch.issue_command
      where installation_id = $1 and repository_id = $2 and not is_done
      order by number limit $3 + 1)
    union all
    (select 'pull', null, '', number, 0, asked_at, branch, asks, is_forced, merge_group
      from smallbatch.pull_look where installation_id = $1 and repository_id = $2
      order by asked_at, number limit $3 + 1)`,
    [installationId, repositoryId, limit],
  );
  const commands = rows.flatMap((row): CommandHeard[] => {
    const { comment_id: commentId, node_id: nodeId, number, author_id: authorId, at } = row;
    return row.kind === "pull"
      ? []
      : [{ commentId, nodeId, number, authorId, saidAt: at.getTime() }];
  });
  const looks = rows.flatMap((row): PullLook[] => {
    const { number, branch, asks, is_forced: isForced, merge_group: group } = row;
    return row.kind === "pull" ? [{ number, branch, asks, isForced, group }] : [];
  });
  return {
    commands: commands.slice(0, limit),
    looks: looks.slice(0, limit),
    isMore: commands.length > limit || looks.length > limit,
  };
}

/** It was obeyed or answered. */
export async function closeCommand(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  { commentId, number }: Pick<CommandHeard, "commentId" | "number">,
): Promise<void> {
  await runQuery(
    sql,
    "close a command",
    commentId === null
      ? `update smallbatch.issue_command set is_done = true
        where installation_id = $1 and repository_id = $2 and number = $3`
      : `delete from smallbatch.command
        where installation_id = $1 and repository_id = $2 and comment_id = $3`,
    [installationId, repositoryId, commentId ?? number],
  );
}

/** They were looked at as they stood after so many changes; what changed since stays. */
export async function closeLooks(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  looks: readonly PullLook[],
): Promise<void> {
  if (looks.length === 0) return;
  await runQuery(
    sql,
    "close looks at open pulls",
    `delete from smallbatch.pull_look l using unnest($3::int[], $4::bigint[]) as done(number, asks)
    where l.installation_id = $1 and l.repository_id = $2
      and l.number = done.number and l.asks = done.asks`,
    [
      installationId,
      repositoryId,
      looks.map(({ number }) => number),
      looks.map(({ asks }) => asks),
    ],
  );
}

/** Look at the check of an open pull once more. */
export async function askLook(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  pull: { readonly number: number; readonly branch: string },
): Promise<void> {
  await runQuery(
    sql,
    "ask for a look at an open pull",
    `insert into smallbatch.pull_look as l (repository_id, installation_id, number, branch)
    select id, installation_id, $3, $4 from smallbatch.repository
      where id = $2 and installation_id = $1
    on conflict (repository_id, number) do update set branch = excluded.branch, asks = l.asks + 1`,
    [installationId, repositoryId, pull.number, pull.branch],
  );
}
