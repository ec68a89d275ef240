-- Issues whose first line is a command and that nobody has obeyed or answered yet. Those of the last
-- hour stay when they are: so many of one author are heard.
create table smallbatch.issue_command (
  repository_id bigint not null,
  installation_id bigint not null,
  number integer not null,
  node_id text not null,
  author_id bigint not null,
  said_at timestamptz not null,
  heard_at timestamptz not null default clock_timestamp(),
  is_done boolean not null default false,
  primary key (repository_id, number),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- As `keep_deliveries_and_boxes`, and "command" may be {"commentId": null, "nodeId": "…", "number": 12, …}: the text of
-- an issue.
create function smallbatch.keep_deliveries_and_issues(p_deliveries jsonb, p_payloads bytea)
returns integer[]
language plpgsql as $$
declare
  v_positions integer[] := smallbatch.keep_deliveries_and_boxes(p_deliveries, p_payloads);
begin
  if not p_deliveries @? '$[*].command ? (@.commentId == null)' then
    return v_positions;
  end if;
  -- In one order, for transactions that come at once.
  delete from smallbatch.issue_command c using (
    select repository_id, number from smallbatch.issue_command
    where is_done and heard_at < clock_timestamp() - interval '1 hour'
      and repository_id in (
        select (d.repository->>'id')::bigint
        from jsonb_to_recordset(p_deliveries) as d(repository jsonb))
    order by repository_id, number for update skip locked
  ) old
  where c.repository_id = old.repository_id and c.number = old.number;
  -- Anybody may open issues: a flood is cut, of one author and of all of them.
  insert into smallbatch.issue_command
    (repository_id, installation_id, number, node_id, author_id, said_at)
  select said.id, said.installation_id, said.number, said.node_id, said.author_id, said.at
  from (
    select r.id, r.installation_id, c.number, c."nodeId" as node_id, c."authorId" as author_id,
      to_timestamp(c."saidAt" / 1000) as at,
      row_number() over (partition by r.id, c."authorId" order by c.number) as nth
    from jsonb_to_recordset(p_deliveries) as d(
        position integer, "installationId" bigint, repository jsonb, command jsonb)
      cross join jsonb_to_record(d.command) as c(
        "commentId" bigint, "nodeId" text, number integer, "authorId" bigint,
        "saidAt" double precision)
      join smallbatch.repository r
        on r.id = (d.repository->>'id')::bigint and r.installation_id = d."installationId"
    where d.position = any(v_positions) and c."commentId" is null and c."nodeId" is not null
  ) said
  where said.nth + (
      select count(*) from smallbatch.issue_command o
      where o.repository_id = said.id and o.author_id = said.author_id
        and o.heard_at >= clock_timestamp() - interval '1 hour'
    ) <= 5
    and (
      select count(*) from smallbatch.issue_command o
      where o.repository_id = said.id and not o.is_done
    ) < 50
  order by said.id, said.number
  on conflict do nothing;
  return v_positions;
end;
$$;
