-- The line as it was drafted, by units, before it was checked. Null: nothing was, or not known.
alter table smallbatch.draft add column drafted jsonb;
