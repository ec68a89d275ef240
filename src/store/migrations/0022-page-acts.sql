-- What people confirmed on pages: a confirmation acts once, however often it is sent.
create table smallbatch.page_act (
  -- SHA-256 of the key of the form.
  key_hash bytea primary key check (length(key_hash) = 32),
  -- GitHub id of who sent it.
  user_id bigint not null,
  sent_at timestamptz not null default clock_timestamp(),
  -- What was said, and on which page of GitHub.
  command text not null,
  place_url text not null,
  -- Page of the comment that came of it; null: none did, or GitHub did not tell.
  url text
);
create index on smallbatch.page_act (sent_at);
