-- Pages of a repository's releases, newest first, to the ten-thousandth.
create index on smallbatch.release (repository_id, published_at desc, tag desc)
  where state = 'published';
-- Which release took another one back.
create index on smallbatch.release (repository_id)
  where card ? 'rollsBack';

-- Badges of private repositories. Whoever has the token sees the numbers of that badge, and nothing else.
create table smallbatch.badge_token (
  -- SHA-256 of the token: what leaks from here opens nothing.
  digest bytea primary key check (length(digest) = 32),
  installation_id bigint not null,
  repository_id bigint not null,
  badge text not null,
  -- GitHub id of who made it.
  made_by bigint not null,
  made_at timestamptz not null default clock_timestamp(),
  -- From then on it is as if it had never been.
  revoked_at timestamptz,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create index on smallbatch.badge_token (repository_id);
