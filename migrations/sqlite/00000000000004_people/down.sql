drop index envelopes_by_recipient;
drop table rotations;
drop table approvals;
drop table invitations;
alter table officers drop column ended_minute;
update officers set role = 'member' where role in ('agency_lead', 'handler');
