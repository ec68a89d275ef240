-- When a pull was a draft again after it was ready: pairs of times, the second null while it still is.
alter table smallbatch.clock_pull add column redrafts json not null default '[]';
