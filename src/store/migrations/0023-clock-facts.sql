-- What the clocks know beside the publishing of a release: when its publish checks were green, when
-- it was deployed, which pulls were let pass, and work that reaches a followed branch by another one.

alter table smallbatch.clock_pull
  -- Null: of another repository.
  add column head_branch text,
  -- Branch that is not followed and that the pull was merged into, and when. "merged_at" is then
  -- when the pull that brought that branch on was merged.
  add column onto text,
  add column onto_at bigint,
  -- Follows from the releases that bring it.
  alter column exceptions set default 0;
create index on smallbatch.clock_pull (repository_id, onto) where onto is not null;
create index on smallbatch.clock_pull (repository_id, head_branch) where head_branch is not null;

alter table smallbatch.clock_release
  -- Of what its publishing started: none, pending, red or green.
  add column checks text not null default 'none',
  add column checks_at bigint,
  -- Numbers of pulls, once for each exception.
  add column excepted integer[] not null default '{}',
  -- There is a tag, and GitHub has no release of it.
  add column is_tag_only boolean not null default false,
  -- Follow from other rows: the first deployment to production that holds it; what ends the clock.
  add column deployed_at bigint,
  alter column usable_by set default 'published';
create index on smallbatch.clock_release (repository_id, sha);
create index on smallbatch.clock_release (repository_id, published_at);
create index on smallbatch.clock_release using gin (excepted) where excepted <> '{}';

-- An issue that lost what made it feedback: as if it never was any.
alter table smallbatch.clock_feedback add column is_dropped boolean not null default false;

-- Deployments to production, as far as names of environments tell.
create table smallbatch.clock_deployment (
  repository_id bigint not null,
  installation_id bigint not null,
  id bigint not null,
  seen_at bigint not null,
  read_at bigint,
  sha text not null,
  environment text not null,
  created_at bigint not null,
  succeeded_at bigint,
  failed_at bigint,
  primary key (repository_id, id),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_deployment (repository_id, environment, succeeded_at);
