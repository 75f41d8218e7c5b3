alter table agencies drop column former_mailbox;
alter table agencies drop column wanted_minute;
alter table agencies drop column wanted_mailbox;
