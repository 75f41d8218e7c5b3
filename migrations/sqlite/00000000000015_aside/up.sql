-- Tips that were set aside, and the second look at them.
-- `look_minute`: until when a second person must have looked; null where none must, or one has. While it stands, the
-- tip's class of retention is not written: it is kept longest.
-- `aside` and `look_minute` of tip_agencies mirror tips.status and tips.look_minute, for the lists.
-- `opened_minute`: when an officer first opened the file; null as long as none has. Files from before this step
-- count as unopened: somebody looks once more.
alter table tips add column look_minute bigint;
alter table tip_agencies add column aside boolean not null default false;
alter table tip_agencies add column look_minute bigint;
-- `look_rung`: a body above was told that the look is overdue.
alter table tip_agencies add column look_rung boolean not null default false;
alter table files add column opened_minute bigint;

-- What an agency has set aside, the newest first.
create index tip_agencies_aside on tip_agencies (agency, relation, tip_id) where aside;
-- What a second person must look at, the most pressing first.
create index tip_agencies_look on tip_agencies (agency, lane, look_minute, tip_id) where look_minute is not null;
