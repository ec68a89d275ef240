-- While checks are pending, deliveries lead to one look per 5 s, and to one at once when they have
-- said that nothing is pending any more.

-- What the last look waits for: [{"sha": "…", "contexts": ["ci/test"], "isHead": true}]. Empty: for
-- nothing. No contexts: for any first one.
alter table smallbatch.repository add column awaits jsonb not null default '[]';
-- No look before; null: there is nothing to wait for.
alter table smallbatch.repository add column quiet_until timestamptz;

-- What deliveries have said about checks since the last look began.
create table smallbatch.heard_check (
  repository_id bigint not null,
  installation_id bigint not null,
  sha text not null,
  -- 0: a commit status.
  app_id bigint not null,
  context text not null,
  -- GitHub's, of the check run or the status: a run that was begun later has a higher one.
  id bigint not null,
  is_finished boolean not null,
  -- The one that the next hint of the repository has: a look that begins after it knows this.
  generation bigint not null,
  primary key (repository_id, sha, app_id, context),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- A delivery may come late or twice: a newer run of the context, or the end of this one, stays.
create function smallbatch.hear_check(
  p_repository_id bigint, p_sha text, p_app_id bigint, p_context text, p_id bigint,
  p_is_finished boolean
) returns void
language sql as $$
  insert into smallbatch.heard_check as h
    (repository_id, installation_id, sha, app_id, context, id, is_finished, generation)
  select r.id, r.installation_id, p_sha, p_app_id, p_context, p_id, p_is_finished, r.generation + 1
    from smallbatch.repository r where r.id = p_repository_id
  on conflict (repository_id, sha, app_id, context) do update
    set id = excluded.id, is_finished = excluded.is_finished, generation = excluded.generation
    where excluded.id > h.id or (excluded.id = h.id and excluded.is_finished);
$$;

-- A branch moved: what was awaited on its old head is awaited on the new one. A push during a look
-- is not seen here; then the 5 s decide.
create function smallbatch.hear_push(p_repository_id bigint, p_before text, p_after text)
returns void
language sql as $$
  update smallbatch.repository
    set awaits = (
      select jsonb_agg(case
        when awaited->>'sha' = p_before and (awaited->>'isHead')::boolean
          then awaited || jsonb_build_object('sha', p_after)
        else awaited end)
      from jsonb_array_elements(awaits) awaited
    )
    where id = p_repository_id
      and awaits @> jsonb_build_array(jsonb_build_object('sha', p_before, 'isHead', true));
$$;

-- Have deliveries since the last look said that nothing of what it awaits is pending any more?
create function smallbatch.is_heard_out(p_repository_id bigint) returns boolean
language sql stable as $$
  with awaited as (
    select one.sha, one.contexts
    from smallbatch.repository r,
      jsonb_to_recordset(r.awaits) as one(sha text, contexts jsonb)
    where r.id = p_repository_id
  ), heard as (
    select h.sha, h.context, h.is_finished
    from smallbatch.heard_check h
    where h.repository_id = p_repository_id and h.sha in (select sha from awaited)
  )
  select exists (select from heard)
    and not exists (select from heard where not is_finished)
    and not exists (
      select from awaited, jsonb_array_elements_text(awaited.contexts) as context
      where (awaited.sha, context) not in (select sha, heard.context from heard)
    );
$$;

-- As before, but nothing is written where a job is queued for that time or an earlier one. A worker
-- that takes it meanwhile reads the repository's row with a lock, which waits for the caller's hint.
create or replace function smallbatch.enqueue(p_repository_id bigint, p_at timestamptz)
returns void
language plpgsql as $$
declare
  v_key text := 'repository:' || p_repository_id;
  v_at timestamptz;
  v_job_id bigint;
begin
  loop
    select min(jobs.run_at) into v_at
      from graphile_worker.jobs as jobs
      where jobs.key = v_key and jobs.locked_at is null and jobs.attempts < jobs.max_attempts;
    exit when v_at <= p_at;
    select job.id into v_job_id
      from graphile_worker.add_job(
        'reconcile',
        json_build_object('repositoryId', p_repository_id),
        run_at := p_at,
        job_key := v_key
      ) as job;
    -- Nothing is added where a worker takes the queued job in between: the next round sees it.
    exit when v_job_id is not null;
  end loop;
end;
$$;

-- Deliveries hinted. Like `hint`, but quiet times last unless the checks are done.
create function smallbatch.hint_delivered(p_repository_id bigint, p_hints integer) returns void
language plpgsql as $$
declare
  v_at timestamptz;
begin
  update smallbatch.repository as r
    set generation = r.generation + p_hints,
      hinted_at = clock_timestamp(),
      failures = case when r.parked_at is null then r.failures else 0 end,
      retry_at = case when r.parked_at is null then r.retry_at end,
      quiet_until = case when r.quiet_until > clock_timestamp()
        and not smallbatch.is_heard_out(r.id) then r.quiet_until end,
      parked_at = null,
      parked_until = null,
      parked_code = null,
      parked_message = null
    where r.id = p_repository_id
    returning greatest(
      clock_timestamp(), r.quiet_until, case when r.failures = 0 then r.retry_at end
    ) into v_at;
  if found then
    perform smallbatch.enqueue(p_repository_id, v_at);
  end if;
end;
$$;

-- Somebody asks by hand, or a sweep: at once, whatever is pending.
create or replace function smallbatch.hint(p_repository_id bigint) returns boolean
language plpgsql as $$
begin
  update smallbatch.repository set quiet_until = null where id = p_repository_id;
  if not found then
    return false;
  end if;
  perform smallbatch.hint_delivered(p_repository_id, 1);
  return true;
end;
$$;

-- A pass that began at a generation came to its end. True: look again at once, because a hint came
-- meanwhile and nothing asks for quiet. Waits for hints that are being written, and makes later ones
-- wait.
create function smallbatch.serve(
  p_repository_id bigint, p_generation bigint, p_now timestamptz, p_wake_at timestamptz,
  p_awaits jsonb, p_quiet_until timestamptz
) returns boolean
language plpgsql as $$
declare
  v_is_old boolean;
  v_is_quiet boolean := p_quiet_until > p_now;
begin
  select r.generation > p_generation into v_is_old
    from smallbatch.repository r where r.id = p_repository_id for update;
  if not found then
    return false;
  end if;
  delete from smallbatch.heard_check h
    where h.repository_id = p_repository_id and h.generation <= p_generation;
  update smallbatch.repository
    set passes = passes + 1, served = greatest(served, p_generation), last_reconciled_at = p_now, failures = 0,
      retry_at = null, awaits = p_awaits, quiet_until = p_quiet_until, parked_at = null,
      parked_until = null, parked_code = null, parked_message = null
    where id = p_repository_id;
  if v_is_old and (v_is_quiet is not true or smallbatch.is_heard_out(p_repository_id)) then
    update smallbatch.repository set quiet_until = null where id = p_repository_id;
    return true;
  end if;
  if v_is_old then
    perform smallbatch.enqueue(p_repository_id, p_quiet_until);
  elsif p_wake_at is not null then
    perform smallbatch.enqueue(p_repository_id, greatest(p_wake_at, p_quiet_until));
  end if;
  return false;
end;
$$;
