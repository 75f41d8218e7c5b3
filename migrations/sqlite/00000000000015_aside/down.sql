drop index tip_agencies_look;
drop index tip_agencies_aside;
alter table files drop column opened_minute;
alter table tip_agencies drop column look_rung;
alter table tip_agencies drop column look_minute;
alter table tip_agencies drop column aside;
alter table tips drop column look_minute;
