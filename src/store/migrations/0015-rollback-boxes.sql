-- What deliveries said of boxes in rollback issues and nobody has looked at yet.
create table smallbatch.rollback_edit (
  id bigint generated always as identity primary key,
  repository_id bigint not null,
  installation_id bigint not null,
  -- Of the issue.
  number integer not null,
  actor_id bigint not null,
  actor text not null,
  is_bot boolean not null,
  at timestamptz not null,
  -- [{"act": "agent", "tag": "v1.4.3"}]
  ticked jsonb not null,
  unticked jsonb not null,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

create index rollback_edit_repository on smallbatch.rollback_edit (repository_id, id);

-- As `keep_all_deliveries`, with what deliveries say of those boxes: "rollbackBoxes": {"number": 7,
-- "actor": {"id": 7, "login": "mona", "isBot": false}, "at": ms, "ticked": […], "unticked": []}.
create function smallbatch.keep_deliveries_and_boxes(p_deliveries jsonb, p_payloads bytea)
returns integer[]
language plpgsql as $$
declare
  v_positions integer[] := smallbatch.keep_all_deliveries(p_deliveries, p_payloads);
begin
  insert into smallbatch.rollback_edit
    (repository_id, installation_id, number, actor_id, actor, is_bot, at, ticked, unticked)
  select r.id, r.installation_id, k.number, (k.actor->>'id')::bigint, k.actor->>'login',
    (k.actor->>'isBot')::boolean, to_timestamp(k.at / 1000), k.ticked, k.unticked
  from jsonb_to_recordset(p_deliveries) as d(
      position integer, "installationId" bigint, repository jsonb, "rollbackBoxes" jsonb)
    cross join jsonb_to_record(d."rollbackBoxes") as k(
      number integer, actor jsonb, at double precision, ticked jsonb, unticked jsonb)
    join smallbatch.repository r
      on r.id = (d.repository->>'id')::bigint and r.installation_id = d."installationId"
  where d.position = any(v_positions) and k.number is not null
    -- Whoever may write the issue may edit it without end: a flood is cut.
    and (select count(*) from smallbatch.rollback_edit o where o.repository_id = r.id) < 200
  order by d.position;
  return v_positions;
end;
$$;
