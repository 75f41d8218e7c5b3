drop index audit_by_act;
drop index audit_by_officer;
drop table audit_anchors;
alter table audit drop column seal;
