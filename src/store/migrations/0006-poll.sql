-- What was last read without webhooks, so that the next conditional request costs nothing, in any
-- replica.
create table smallbatch.poll_list (
  installation_id bigint primary key,
  -- The pages of the installation's list of repositories, in order.
  pages jsonb not null
);

create table smallbatch.poll (
  repository_id bigint not null,
  installation_id bigint not null,
  -- e.g. "status", "releases"
  resource text not null,
  -- Null where GitHub gave none.
  etag text,
  -- Of the part of the answer that matters.
  digest text not null,
  primary key (repository_id, resource),
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

-- When somebody began to look at it closely, without a webhook; null: never.
alter table smallbatch.repository add column polled_at timestamptz;
