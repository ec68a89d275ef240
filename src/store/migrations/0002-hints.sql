-- Put the repository into the queue, at the given time or at the earlier one that it already has.
-- A job that runs keeps running; the queue then gets a successor.
create function smallbatch.enqueue(p_repository_id bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  v_key text := 'repository:' || p_repository_id;
  v_at timestamptz;
  v_job_id bigint;
begin
  loop
    select least(p_at, min(jobs.run_at)) into v_at
      from graphile_worker.jobs as jobs
      where jobs.key = v_key and jobs.locked_at is null;
    select job.id into v_job_id
      from graphile_worker.add_job(
        'reconcile',
        json_build_object('repositoryId', p_repository_id),
        run_at := v_at,
        job_key := v_key
      ) as job;
    -- Nothing is added where a worker takes the queued job in between: the next round sees it.
    exit when v_job_id is not null;
  end loop;
end;
$$;

-- Something may have changed: whoever reconciles the repository looks again, and a parked one is
-- taken up. The row stays locked until the caller commits, so that no pass can end meanwhile
-- without seeing the new generation. False where the repository is not known.
create function smallbatch.hint(p_repository_id bigint) returns boolean
language plpgsql as $$
declare
  v_at timestamptz;
begin
  update smallbatch.repository as r
    set generation = r.generation + 1,
      hinted_at = clock_timestamp(),
      failures = case when r.parked_at is null then r.failures else 0 end,
      retry_at = case when r.parked_at is null then r.retry_at end,
      parked_at = null,
      parked_until = null,
      parked_code = null,
      parked_message = null
    where r.id = p_repository_id
    -- A wait that GitHub asked for holds for hints too; our own backoff does not.
    returning case when r.failures = 0 then greatest(clock_timestamp(), r.retry_at)
      else clock_timestamp() end
    into v_at;
  if not found then
    return false;
  end if;
  perform smallbatch.enqueue(p_repository_id, v_at);
  return true;
end;
$$;
