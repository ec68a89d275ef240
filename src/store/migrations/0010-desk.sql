-- The release desk of a repository: what is remembered of it, and its text as we wrote it last.
create table smallbatch.desk (
  repository_id bigint primary key,
  installation_id bigint not null,
  memory jsonb not null,
  body text,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- What deliveries said of desks and nobody has looked at yet.
create table smallbatch.desk_edit (
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  installation_id bigint not null,
  node_id text not null,
  action text not null,
  actor_id bigint not null,
  actor text not null,
  is_bot boolean not null,
  is_ours boolean not null,
  at timestamptz not null,
  -- Lines of boxes.
  ticked jsonb not null,
  unticked jsonb not null,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

create index desk_edit_repository on smallbatch.desk_edit (repository_id, id);

-- As `keep_deliveries`, with what deliveries say of desks: "desk": {"nodeId": "…",
-- "action": "edited", "actor": {"id": 7, "login": "mona", "isBot": false}, "isOurs": false,
-- "at": ms, "ticked": ["- [ ] …"], "unticked": []}.
create function smallbatch.keep_all_deliveries(p_deliveries jsonb, p_payloads bytea)
returns integer[]
language plpgsql as $$
declare
  v_positions integer[] := smallbatch.keep_deliveries(p_deliveries, p_payloads);
begin
  insert into smallbatch.desk_edit
    (repository_id, installation_id, node_id, action, actor_id, actor, is_bot, is_ours, at,
      ticked, unticked)
  select r.id, r.installation_id, k."nodeId", k.action, (k.actor->>'id')::bigint,
    k.actor->>'login', (k.actor->>'isBot')::boolean, k."isOurs", to_timestamp(k.at / 1000),
    k.ticked, k.unticked
  from jsonb_to_recordset(p_deliveries) as d(
      position integer, "installationId" bigint, repository jsonb, desk jsonb)
    cross join jsonb_to_record(d.desk) as k(
      "nodeId" text, action text, actor jsonb, "isOurs" boolean, at double precision,
      ticked jsonb, unticked jsonb)
    join smallbatch.repository r
      on r.id = (d.repository->>'id')::bigint and r.installation_id = d."installationId"
  where d.position = any(v_positions) and k."nodeId" is not null
    -- Whoever may write the desk may edit it without end: a flood is cut.
    and (select count(*) from smallbatch.desk_edit o where o.repository_id = r.id) < 200
  order by d.position;
  return v_positions;
end;
$$;
