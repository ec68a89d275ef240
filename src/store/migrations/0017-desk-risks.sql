-- What was read of the releases that a desk offers to take back, by tag: which files they changed, which of
-- those later work changed again, and what they published (`RiskKept`).
alter table smallbatch.desk add column risks jsonb;
