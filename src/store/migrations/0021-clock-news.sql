-- What the clocks have to read anew because a delivery or a look said so: one row a part of a
-- repository ("pulls", "releases", "issues", "deployments"). "asks" counts what was told, "done" is
-- where it stood at the last reading; "taken_at" and "read_at" are when that one began, and the last
-- one that came to its end.
create table smallbatch.clock_news (
  repository_id bigint not null,
  installation_id bigint not null,
  part text not null,
  asks integer not null default 1,
  done integer not null default 0,
  taken_at bigint,
  read_at bigint,
  primary key (repository_id, part),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_news (repository_id) where asks > done;

-- The part that a fact is about; null: none.
create function smallbatch.clock_part(p_kind text) returns text
language sql immutable parallel safe as $$
  select case
    when p_kind ~ '^pull[.](synchronize|assigned|unassigned|review_request|milestoned|locked)' then null
    when p_kind ~ '^(pull|review)[.]' then 'pulls'
    when p_kind ~ '^release[.]' or p_kind = 'tag.pushed' then 'releases'
    when p_kind ~ '^issue[.]' then 'issues'
    when p_kind ~ '^deployment[.]' then 'deployments'
  end
$$;

create function smallbatch.tell_clocks() returns trigger
language plpgsql as $$
begin
  insert into smallbatch.clock_news as n (repository_id, installation_id, part)
  select f.repository_id, f.installation_id, smallbatch.clock_part(f.kind)
  from fresh f
  where f.repository_id is not null and smallbatch.clock_part(f.kind) is not null
  group by 1, 2, 3 order by 1, 3
  on conflict (repository_id, part) do update set asks = n.asks + 1;
  return null;
end;
$$;

create trigger tell_clocks after insert on smallbatch.fact
  referencing new table as fresh
  for each statement execute function smallbatch.tell_clocks();
