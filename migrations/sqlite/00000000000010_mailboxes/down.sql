alter table agencies drop column wanted_minute;
alter table agencies drop column wanted_mailbox;
