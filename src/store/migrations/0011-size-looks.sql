-- Somebody pressed "Re-run": the checks are written again, also where they say the same.
alter table smallbatch.pull_look add column is_forced boolean not null default false;
-- Commit of a merge group that ends with this pull, and waits for what we say of it.
alter table smallbatch.pull_look add column merge_group text;

-- As before, and "pull" may be {"number": 12, "branch": "", "isOpen": true, "isForced": true,
-- "group": "…"}: a branch that is empty is not known.
create or replace function smallbatch.keep_deliveries(p_deliveries jsonb, p_payloads bytea)
returns integer[]
language plpgsql as $$
declare
  v_positions integer[] := smallbatch.record_deliveries(p_deliveries, p_payloads);
begin
  -- Anybody may comment: a flood of them is cut, and its authors see no reaction.
  insert into smallbatch.command
    (repository_id, installation_id, comment_id, node_id, number, author_id, said_at)
  select r.id, r.installation_id, c."commentId", c."nodeId", c.number, c."authorId",
    to_timestamp(c."saidAt" / 1000)
  from jsonb_to_recordset(p_deliveries) as d(
      position integer, "installationId" bigint, repository jsonb, command jsonb)
    cross join jsonb_to_record(d.command) as c(
      "commentId" bigint, "nodeId" text, number integer, "authorId" bigint,
      "saidAt" double precision)
    join smallbatch.repository r
      on r.id = (d.repository->>'id')::bigint and r.installation_id = d."installationId"
  where d.position = any(v_positions) and c."commentId" is not null
    and (select count(*) from smallbatch.command o where o.repository_id = r.id) < 200
  order by r.id, c."commentId"
  on conflict do nothing;

  insert into smallbatch.pull_look as l
    (repository_id, installation_id, number, branch, is_forced, merge_group)
  select r.id, min(r.installation_id), p.number,
    coalesce((array_agg(p.branch order by d.position desc) filter (where p.branch <> ''))[1], ''),
    bool_or(coalesce(p."isForced", false)),
    (array_agg(p."group" order by d.position desc) filter (where p."group" is not null))[1]
  from jsonb_to_recordset(p_deliveries) as d(
      position integer, "installationId" bigint, repository jsonb, pull jsonb)
    cross join jsonb_to_record(d.pull) as p(
      number integer, branch text, "isOpen" boolean, "isForced" boolean, "group" text)
    join smallbatch.repository r
      on r.id = (d.repository->>'id')::bigint and r.installation_id = d."installationId"
  where d.position = any(v_positions) and p."isOpen"
  group by r.id, p.number
  order by r.id, p.number
  on conflict (repository_id, number) do update set
    branch = coalesce(nullif(excluded.branch, ''), l.branch),
    asks = l.asks + 1,
    is_forced = l.is_forced or excluded.is_forced,
    merge_group = coalesce(excluded.merge_group, l.merge_group);
  -- A closed pull has no check to keep true. A change that comes after it is seen to be of one.
  delete from smallbatch.pull_look l
  using (
    select (d.repository->>'id')::bigint as repository_id, (d.pull->>'number')::integer as number
    from jsonb_to_recordset(p_deliveries) as d(position integer, repository jsonb, pull jsonb)
    where d.position = any(v_positions) and not (d.pull->>'isOpen')::boolean
  ) closed
  where l.repository_id = closed.repository_id and l.number = closed.number;
  return v_positions;
end;
$$;
