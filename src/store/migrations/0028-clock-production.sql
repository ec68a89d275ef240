-- What the deployments on record were judged by: names of environments as a list in JSON, "null" for
-- what environments are called. Null: not all of them were judged by one rule; they are read again.
alter table smallbatch.clock_reading add column production text;
update smallbatch.clock_reading set production = 'null';
