-- Lines of notes that were drafted: a row for one content of one unit, written before it is asked
-- for. A row without an answer whose process is gone was lost, and is not asked for again.
create table smallbatch.draft (
  repository_id bigint not null,
  installation_id bigint not null,
  -- '#12', or the short SHA of a push.
  unit text not null,
  -- Empty: whatever the content is.
  content_key text not null,
  seen_key text not null,
  purpose text not null check (purpose in ('pull', 'merge', 'person')),
  model text not null,
  asked_at timestamptz not null,
  answered_at timestamptz,
  line jsonb,
  failure jsonb,
  -- The unit's share of what the request used. Dollars; null: not known.
  usage jsonb,
  cost_usd double precision,
  primary key (repository_id, unit, content_key),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- What an installation has spent in a month.
create index draft_installation on smallbatch.draft (installation_id, asked_at);
