-- Notes word for word as we published them; null: not known, or worded by somebody else.
alter table smallbatch.release add column notes text;
-- Digest of the notes that stood on GitHub at the last look, and when that began. Null: none yet.
alter table smallbatch.release add column notes_key text;
alter table smallbatch.release add column notes_seen_at timestamptz;
-- The last look saw an edit that no delivery had told of.
alter table smallbatch.release add column is_notes_editor_unknown boolean not null default false;

-- What was drafted and what people made of it: docs/schemas/evaluation-case.v1.json.
create table smallbatch.evaluation_case (
  repository_id bigint not null,
  installation_id bigint not null,
  kind text not null,
  key text not null,
  kept jsonb not null,
  at timestamptz not null,
  primary key (repository_id, kind, key),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);
