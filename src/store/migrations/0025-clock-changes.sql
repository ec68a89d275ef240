-- How often the records of a repository changed, and when last (epoch milliseconds, by the clock of
-- the database): what pages show is computed again when it did.
create table smallbatch.clock_change (
  repository_id bigint primary key,
  installation_id bigint not null,
  changes bigint not null,
  changed_at bigint not null,
  foreign key (repository_id, installation_id)
    references smallbatch.repository (id, installation_id) on update cascade on delete cascade
);

insert into smallbatch.clock_change (repository_id, installation_id, changes, changed_at)
select r.id, r.installation_id, 1, extract(epoch from now()) * 1000 from smallbatch.repository r
where exists (select from smallbatch.clock_pull p where p.repository_id = r.id)
  or exists (select from smallbatch.clock_release p where p.repository_id = r.id);
