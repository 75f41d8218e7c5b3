drop table skips;
drop index tips_leased;
alter table tips drop column lease_minute;
