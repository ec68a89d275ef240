-- Checks that a release started on its commit, as last seen: [{"name": "npm", "state": "red"}].
alter table smallbatch.release add column publish_checks jsonb not null default '[]';
