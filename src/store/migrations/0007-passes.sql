-- Passes that came to an end, whatever it was: who met the lock of one that was killed sees that none did.
alter table smallbatch.repository add column passes bigint not null default 0;
