drop index tips_held;
drop index tip_agencies_overseen;
drop index tip_agencies_free;
create index tip_agencies_free on tip_agencies (agency, lane, due_minute, tip_id) where open and not taken;
alter table tip_agencies drop column closed;
alter table tip_agencies drop column life_only;
