drop table past_tips;
drop table doomed_files;
drop table erasures;
drop table holds;
drop index envelopes_identity;
drop index tips_closed;
alter table tips drop column kept_as;
