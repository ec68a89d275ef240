-- People who are logged in. The browser has the id, we have its hash; the tokens are sealed with a
-- key that is made of both the id and a setting, so that this table alone opens nothing.
create table smallbatch.web_session (
  id_hash bytea primary key,
  -- Of GitHub.
  user_id bigint not null,
  login text not null,
  tokens bytea not null,
  created_at timestamptz not null,
  used_at timestamptz not null,
  -- One replica is getting fresh tokens until then: GitHub takes a refresh token once.
  renewing_until timestamptz
);
create index on smallbatch.web_session (user_id, created_at);

-- Pages are opened by name.
create index repository_name on smallbatch.repository (lower(owner), lower(name));

-- How often we heard that what people may see of an installation changed. What GitHub answered
-- before such news counts no more.
create table smallbatch.access_news (
  installation_id bigint primary key,
  news bigint not null
);

-- Behind every delivery, whichever function keeps it: one statement each, in one order.
create function smallbatch.hear_access() returns trigger
language plpgsql as $$
begin
  insert into smallbatch.access_news as a (installation_id, news)
  select distinct f.installation_id, 1 from fresh f
  where f.installation_id is not null and (
    f.event in ('member', 'membership', 'organization', 'team', 'team_add', 'public',
      'installation', 'installation_repositories', 'installation_target')
    or (f.event = 'repository' and f.action in ('privatized', 'publicized', 'deleted', 'transferred')))
  order by f.installation_id
  on conflict (installation_id) do update set news = a.news + 1;

  delete from smallbatch.web_session s where s.user_id in (
    select case when f.payload->'sender'->>'id' ~ '^\d{1,15}$'
      then (f.payload->'sender'->>'id')::bigint end
    from fresh f where f.event = 'github_app_authorization' and f.action = 'revoked');
  return null;
end;
$$;

create trigger hear_access after insert on smallbatch.delivery
  referencing new table as fresh for each statement execute function smallbatch.hear_access();
