drop index sessions_by_officer;
alter table sessions drop column news;
alter table sessions drop column before_minute;
alter table sessions drop column factor;
drop table challenges;
drop table accounts;
