-- Every row carries its installation. What belongs to a repository refers to (repository,
-- installation) together, so that a transfer moves all of it in one statement (on update cascade)
-- and no other installation can write beside it.

create table smallbatch.installation (
  id bigint primary key,
  -- Login of the owner; null until GitHub told us.
  account text,
  -- As accepted by the owner, e.g. {"contents": "write"}; null: not known.
  permissions jsonb,
  suspended_at timestamptz,
  deleted_at timestamptz,
  -- When we first heard of it.
  seen_at timestamptz not null default clock_timestamp()
);

create table smallbatch.repository (
  id bigint primary key,
  installation_id bigint not null,
  node_id text not null,
  owner text not null,
  name text not null,
  is_private boolean not null,
  default_branch text,
  -- When it was deleted, or taken from the installation. A later delivery clears it.
  removed_at timestamptz,

  -- A hint raises the generation; a finished pass sets served to the generation it began with.
  generation bigint not null default 0,
  served bigint not null default 0,
  hinted_at timestamptz,
  last_reconciled_at timestamptz,
  -- Not before this time, after an error. Null: nothing to wait for.
  retry_at timestamptz,
  -- Attempts that failed in a row and are tried again with growing distance.
  failures integer not null default 0,
  -- Given up until a hint, or until parked_until.
  parked_at timestamptz,
  parked_until timestamptz,
  parked_code text,
  parked_message text,
  unique (id, installation_id)
);
create index on smallbatch.repository (installation_id);

-- The inbox. The GUID is GitHub's and stays the same when GitHub delivers again.
create table smallbatch.delivery (
  guid text primary key,
  event text not null,
  action text,
  -- Null for deliveries about the App itself.
  installation_id bigint,
  repository_id bigint,
  received_at timestamptz not null,
  -- As received; json and not jsonb, which refuses escapes that GitHub may send (\u0000).
  payload json
);
create index on smallbatch.delivery (received_at);

create table smallbatch.line (
  repository_id bigint not null,
  branch text not null,
  component text not null,
  channel text not null,
  installation_id bigint not null,
  memory jsonb not null default '{}',
  plan jsonb,
  planned_at timestamptz,
  primary key (repository_id, branch, component, channel),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- The ledger.
create table smallbatch.release (
  repository_id bigint not null,
  tag text not null,
  installation_id bigint not null,
  branch text not null,
  component text not null,
  channel text not null,
  sha text not null,
  state text not null check (state in ('intended', 'published')),
  card jsonb not null,
  url text,
  intended_at timestamptz not null default clock_timestamp(),
  published_at timestamptz,
  primary key (repository_id, tag),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

create table smallbatch.fact (
  id bigint generated always as identity primary key,
  installation_id bigint not null,
  -- Null for a fact about the installation as a whole.
  repository_id bigint,
  key text not null,
  kind text not null,
  subject text not null,
  at timestamptz not null,
  actor_id bigint,
  data jsonb not null,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
create unique index on smallbatch.fact (repository_id, key) where repository_id is not null;
create unique index on smallbatch.fact (installation_id, key) where repository_id is null;
create index on smallbatch.fact (repository_id, kind, at);

create table smallbatch.write_budget (
  installation_id bigint primary key,
  -- Epoch milliseconds of every write of the last hour, at most one entry per allowed write.
  taken bigint[] not null default '{}',
  paused_until bigint not null default 0
);

-- Periodic duties, over all replicas.
create table smallbatch.sweep (
  name text primary key,
  -- When somebody began it last.
  began_at timestamptz not null,
  -- When the last one that came to its end had begun; null: none did.
  completed_at timestamptz
);
