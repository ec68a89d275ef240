-- What says of an issue that it is feedback: a label, or the type that its owner gave it. Null: it is
-- no issue. Until now types were not read.
alter table smallbatch.clock_feedback add column kind_by text;
update smallbatch.clock_feedback set kind_by = 'label' where key like 'issue/%';
