-- The mailbox that an agency is to have once somebody there has read the code that was sent to it, and since when it
-- waits for that. The confirmed one stays in use until then. The code stands nowhere: it follows from the row.
alter table agencies add column wanted_mailbox text;
alter table agencies add column wanted_minute bigint;
