-- What the clocks read: one row a pull, a commit without one, a release and a piece of feedback, as
-- docs/clocks.md describes them. Instants are epoch milliseconds: a page reads thousands of rows, and
-- converting them would take longer than reading them. "ends_at": from then on the row says nothing
-- new; the largest number where it is still open. So a window reads what lies in it, however much
-- is older.

create table smallbatch.clock_pull (
  repository_id bigint not null,
  installation_id bigint not null,
  number integer not null,
  -- Of the newest look that said anything that may change; and when all of it was read from GitHub.
  seen_at bigint not null,
  read_at bigint,
  title text not null,
  kind text not null,
  author_id bigint,
  is_bot boolean not null,
  initiator_id bigint,
  agents json not null,
  has_persons_commit boolean,
  created_at bigint not null,
  first_authored_at bigint,
  ready_at bigint,
  first_review_at bigint,
  approved_at bigint,
  merged_at bigint,
  closed_at bigint,
  merge_sha text,
  merged_by_id bigint,
  reviewer_ids json not null,
  additions integer,
  deletions integer,
  weighted_lines double precision,
  components json,
  has_test_change boolean,
  was_green boolean,
  is_releasable boolean not null,
  oldest_issue_at bigint,
  exceptions integer not null,
  -- What it takes back, in its own words: pull numbers, and first digits of commits.
  reverts_pulls integer[] not null,
  reverts_shas text[] not null,
  -- Follow from other rows; see `store/clock-links.ts`.
  reverted_at bigint,
  released_at bigint,
  ends_at bigint not null default 9007199254740991,
  primary key (repository_id, number),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_pull (repository_id, ends_at);
create index on smallbatch.clock_pull (repository_id, merge_sha) where merge_sha is not null;
create index on smallbatch.clock_pull (repository_id)
  where reverts_pulls <> '{}' or reverts_shas <> '{}';

create table smallbatch.clock_commit (
  repository_id bigint not null,
  installation_id bigint not null,
  sha text not null,
  seen_at bigint not null,
  read_at bigint,
  at bigint not null,
  is_releasable boolean not null,
  released_at bigint,
  ends_at bigint not null default 9007199254740991,
  primary key (repository_id, sha),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_commit (repository_id, ends_at);

create table smallbatch.clock_release (
  repository_id bigint not null,
  installation_id bigint not null,
  tag text not null,
  seen_at bigint not null,
  read_at bigint,
  sha text not null,
  component text not null,
  channel text not null,
  is_prerelease boolean not null,
  published_at bigint not null,
  usable_at bigint,
  usable_by text not null,
  withdrawn_at bigint,
  actor_id bigint,
  -- As far as the release alone tells: regular, first or backfill.
  own_kind text not null,
  rolls_back text[] not null,
  overrides integer not null,
  -- A copy of clock_carried, in order: a page reads it with the row.
  carries json not null,
  -- Follow from other rows.
  kind text not null default 'regular',
  lines integer,
  rolled_back_at bigint,
  ends_at bigint not null default 9007199254740991,
  primary key (repository_id, tag),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_release (repository_id, ends_at);
create index on smallbatch.clock_release (repository_id, usable_at);
create index on smallbatch.clock_release (repository_id) where rolls_back <> '{}';

-- Which release has which unit.
create table smallbatch.clock_carried (
  repository_id bigint not null,
  installation_id bigint not null,
  tag text not null,
  sha text not null,
  pull integer,
  primary key (repository_id, tag, sha),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_carried (repository_id, pull);
create index on smallbatch.clock_carried (repository_id, sha);

create table smallbatch.clock_feedback (
  repository_id bigint not null,
  installation_id bigint not null,
  key text not null,
  seen_at bigint not null,
  read_at bigint,
  kind text not null,
  opened_at bigint not null,
  reporter_id bigint,
  reporter text not null,
  -- What ties it to a release in somebody's words: {"by": "words", "version": "1.4.2"}, with "tag",
  -- "pull" or "sha" instead of "version"; null: nobody said.
  claim json,
  duplicate_of text,
  closed_at bigint,
  resolution text,
  -- Pulls that are to mend it, and the release where that is known by itself.
  fix_pulls integer[] not null,
  fix_release text,
  -- Follow from other rows.
  attribution json,
  attributed_tag text,
  fixed_at bigint,
  fix_tag text,
  fix_usable_at bigint,
  ends_at bigint not null default 9007199254740991,
  primary key (repository_id, key),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.clock_feedback (repository_id, ends_at);
create index on smallbatch.clock_feedback (repository_id, opened_at);
create index on smallbatch.clock_feedback using gin (fix_pulls);
create index on smallbatch.clock_feedback (repository_id) where claim is not null;
create index on smallbatch.clock_feedback (repository_id, fix_release) where fix_release is not null;

-- How far facts were taken over and GitHub was read, one row a repository.
create table smallbatch.clock_reading (
  repository_id bigint primary key,
  installation_id bigint not null,
  -- Newest fact that was taken over.
  fact_id bigint not null default 0,
  -- Everything since then is on record; null: nothing was read to the end yet.
  known_since bigint,
  -- When the last reading that came to its end began.
  read_at bigint,
  -- Of a reading that was interrupted: where it goes on. Null: none was.
  cursor json,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- Facts of a repository since the last that was taken over.
create index on smallbatch.fact (repository_id, id) where repository_id is not null;
