-- Tokens by which programs read the numbers of one installation. Whoever has one has the text, we
-- have its hash: this table lets nobody in.
create table smallbatch.api_token (
  id bigint generated always as identity primary key,
  installation_id bigint not null references smallbatch.installation (id) on delete cascade,
  -- What it is for, in the words of whoever made it.
  name text not null,
  hash bytea not null unique,
  created_at timestamptz not null,
  -- To the hour; null: never.
  used_at timestamptz
);
create index on smallbatch.api_token (installation_id);
