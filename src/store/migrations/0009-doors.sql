-- Comments with commands that nobody has obeyed or answered yet. What they say is read back from
-- GitHub, so that nothing of it is kept here.
create table smallbatch.command (
  repository_id bigint not null,
  installation_id bigint not null,
  comment_id bigint not null,
  node_id text not null,
  -- Of the pull or issue that it stands on.
  number integer not null,
  author_id bigint not null,
  said_at timestamptz not null,
  primary key (repository_id, comment_id),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- Open pulls that changed since somebody looked at their check.
create table smallbatch.pull_look (
  repository_id bigint not null,
  installation_id bigint not null,
  number integer not null,
  -- The one that it is to be merged into.
  branch text not null,
  -- Changes so far: a look ends only those that it has seen.
  asks bigint not null default 1,
  asked_at timestamptz not null default clock_timestamp(),
  primary key (repository_id, number),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- As `record_deliveries`, with what deliveries say of comments and open pulls:
-- "command": {"commentId": 7, "nodeId": "…", "number": 12, "authorId": 3, "saidAt": ms},
-- "pull": {"number": 12, "branch": "main", "isOpen": true}.
create function smallbatch.keep_deliveries(p_deliveries jsonb, p_payloads bytea)
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

  insert into smallbatch.pull_look as l (repository_id, installation_id, number, branch)
  select distinct on (r.id, p.number) r.id, r.installation_id, p.number, p.branch
  from jsonb_to_recordset(p_deliveries) as d(
      position integer, "installationId" bigint, repository jsonb, pull jsonb)
    cross join jsonb_to_record(d.pull) as p(number integer, branch text, "isOpen" boolean)
    join smallbatch.repository r
      on r.id = (d.repository->>'id')::bigint and r.installation_id = d."installationId"
  where d.position = any(v_positions) and p."isOpen"
  order by r.id, p.number, d.position desc
  on conflict (repository_id, number)
    do update set branch = excluded.branch, asks = l.asks + 1;
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
