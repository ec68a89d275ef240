-- A payload is read by people who look into a mishap, and by nobody else: compress it cheaply where
-- this PostgreSQL can.
do $$
begin
  alter table smallbatch.delivery alter column payload set compression lz4;
exception when feature_not_supported then
  null;
end;
$$;

-- Keep deliveries and all that follows from them, all or none, in one round trip. Gives back the
-- positions of those that are new; the others were here, or stand twice in the list.
--
-- p_deliveries: [{"position": 0, "guid": "…", "event": "push", "action": null, "receivedAt": ms,
--   "offset": 0, "bytes": 17, "installationId": 11, "repository": {"id": 42, …}, "facts": […],
--   "hint": true, "check": null, "push": null}]
-- p_payloads: the payloads one after the other; "offset" and "bytes" say which is whose.
--
-- Everything is done in one order (GUIDs, then repositories, then keys), so that callers wait for
-- each other and never in a circle.
create function smallbatch.record_deliveries(p_deliveries jsonb, p_payloads bytea)
returns integer[]
language plpgsql as $$
declare
  v_positions integer[];
  v_new jsonb := p_deliveries;
  v_repository record;
begin
  with given as (
    select distinct on (guid) d.*
    from jsonb_to_recordset(p_deliveries) as d(
      position integer, guid text, event text, action text, "receivedAt" double precision,
      "offset" integer, bytes integer, "installationId" bigint, repository jsonb)
    order by guid, position
  ), kept as (
    insert into smallbatch.delivery
      (guid, event, action, installation_id, repository_id, received_at, payload)
    select guid, event, action, "installationId", (repository->>'id')::bigint,
      to_timestamp("receivedAt" / 1000),
      convert_from(substring(p_payloads from "offset" + 1 for bytes), 'UTF8')::json
    from given order by guid
    on conflict do nothing
    returning guid
  )
  select coalesce(array_agg(given.position), '{}') into v_positions
    from given join kept using (guid);
  if cardinality(v_positions) < jsonb_array_length(p_deliveries) then
    select jsonb_agg(d) into v_new from jsonb_array_elements(p_deliveries) d
      where (d->>'position')::integer = any(v_positions);
  end if;

  insert into smallbatch.installation (id)
    select distinct d."installationId" as id
    from jsonb_to_recordset(v_new) as d("installationId" bigint)
    where d."installationId" is not null
      and not exists (select from smallbatch.installation i where i.id = d."installationId")
    order by id
    on conflict do nothing;

  perform from smallbatch.repository r
    where r.id in (
      select (d.repository->>'id')::bigint from jsonb_to_recordset(v_new) as d(repository jsonb))
    order by r.id for no key update;

  -- Ids decide; names are labels and follow. Where the installation differs, the repository was
  -- transferred, and all that belongs to it moves along.
  insert into smallbatch.repository as r
    (id, installation_id, node_id, owner, name, is_private, default_branch)
  select distinct on (label.id) label.id, d."installationId", label."nodeId", label.owner,
    label.name, label."isPrivate", label."defaultBranch"
  from jsonb_to_recordset(v_new)
      as d(position integer, "installationId" bigint, repository jsonb),
    jsonb_to_record(d.repository) as label(
      id bigint, "nodeId" text, owner text, name text, "isPrivate" boolean, "defaultBranch" text)
  where d."installationId" is not null and label.id is not null
  order by label.id, d.position desc
  on conflict (id) do update set installation_id = excluded.installation_id,
    node_id = excluded.node_id, owner = excluded.owner, name = excluded.name,
    is_private = excluded.is_private, removed_at = null,
    default_branch = coalesce(excluded.default_branch, r.default_branch)
  where (r.installation_id, r.node_id, r.owner, r.name, r.is_private, r.removed_at,
      r.default_branch)
    is distinct from (excluded.installation_id, excluded.node_id, excluded.owner, excluded.name,
      excluded.is_private, null::timestamptz,
      coalesce(excluded.default_branch, r.default_branch));

  -- One with a known key is the same fact. One about a repository that is not (or no longer) this
  -- installation's is kept as one about the installation.
  insert into smallbatch.fact
    (installation_id, repository_id, key, kind, subject, at, actor_id, data)
  select d."installationId", r.id, f.key, f.kind, f.subject, to_timestamp(f.at / 1000),
    f."actorId", f.data
  from jsonb_to_recordset(v_new) as d(position integer, "installationId" bigint, facts jsonb)
    cross join jsonb_to_recordset(d.facts) as f(
      key text, "repositoryId" bigint, kind text, subject text, at double precision,
      "actorId" bigint, data jsonb)
    left join smallbatch.repository r
      on r.id = f."repositoryId" and r.installation_id = d."installationId"
  where d."installationId" is not null
  order by r.id, f.key, d.position
  on conflict do nothing;

  perform smallbatch.hear_push(
      (d.repository->>'id')::bigint, d.push->>'before', d.push->>'after')
    from jsonb_to_recordset(v_new) as d(position integer, repository jsonb, push jsonb)
    where d.push->>'after' is not null
    order by d.position;
  perform smallbatch.hear_check((d.repository->>'id')::bigint, c.sha, coalesce(c."appId", 0),
      left(c.context, 255), c.id, c."isFinished")
    from jsonb_to_recordset(v_new) as d(position integer, repository jsonb, "check" jsonb),
      jsonb_to_record(d."check") as c(
        sha text, context text, "appId" bigint, id bigint, "isFinished" boolean)
    where c.sha is not null
    order by d.position;
  for v_repository in
    select (d.repository->>'id')::bigint as id, count(*)::integer as hints
    from jsonb_to_recordset(v_new) as d(repository jsonb, hint boolean)
    where d.hint group by 1 order by 1
  loop
    perform smallbatch.hint_delivered(v_repository.id, v_repository.hints);
  end loop;
  return v_positions;
end;
$$;
