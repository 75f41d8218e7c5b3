-- The mailbox that an agency is to have once somebody there has read the code that was sent to it, and since when it
-- waits for that. The confirmed one stays in use until then. The code stands nowhere: it follows from the row.
alter table agencies add column wanted_mailbox text;
alter table agencies add column wanted_minute bigint;
-- The one in use when another was named: it is told so, also when the other has taken its place by then.
alter table agencies add column former_mailbox text;
