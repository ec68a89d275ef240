-- Whose turn it is. By time alone an installation that hints at 10,000 repositories makes everybody
-- else wait until all of them were looked at.

-- Hinted and not served yet.
create index on smallbatch.repository (installation_id) where served < generation;

-- Lower goes first: how many repositories of the same installation are owed a look, counted as far
-- as 100. Who has few goes before who has many, and the many keep their order.
create function smallbatch.turn(p_repository_id bigint) returns integer
language sql stable as $$
  select count(*)::integer from (
    select from smallbatch.repository owed
      where owed.served < owed.generation and owed.installation_id = (
        select r.installation_id from smallbatch.repository r where r.id = p_repository_id
      )
      limit 100
  ) as owed;
$$;

-- As before, with a turn: the better one counts, as the earlier time does.
create function smallbatch.enqueue(p_repository_id bigint, p_at timestamptz, p_turn integer)
returns void
language plpgsql as $$
declare
  v_key text := 'repository:' || p_repository_id;
  v_at timestamptz;
  v_turn integer;
  v_job_id bigint;
begin
  loop
    select min(jobs.run_at), min(jobs.priority) into v_at, v_turn
      from graphile_worker.jobs as jobs
      where jobs.key = v_key and jobs.locked_at is null and jobs.attempts < jobs.max_attempts;
    exit when v_at <= p_at and v_turn <= p_turn;
    select job.id into v_job_id
      from graphile_worker.add_job(
        'reconcile',
        json_build_object('repositoryId', p_repository_id),
        run_at := least(v_at, p_at),
        job_key := v_key,
        priority := least(v_turn, p_turn)
      ) as job;
    -- Nothing is added where a worker takes the queued job in between: the next round sees it.
    exit when v_job_id is not null;
  end loop;
end;
$$;

create or replace function smallbatch.enqueue(p_repository_id bigint, p_at timestamptz)
returns void
language sql as $$
  select smallbatch.enqueue(p_repository_id, p_at, smallbatch.turn(p_repository_id));
$$;
