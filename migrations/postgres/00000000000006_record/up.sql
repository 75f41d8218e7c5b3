-- What lets a record be seen to be whole: who wrote a row before it has its place, and heads that are kept.

-- `seal`: a MAC over the row and its id, made by the portal in the statement that writes the row. A row without
-- a place and without a seal was put there by somebody else, and gets no place.
alter table audit add column seal bytea;

-- Heads that are kept on purpose. `number` counts from 1 without a gap; `mac` goes over number, place, link and
-- minute; `elsewhere`: the line of this anchor was flushed to the file of heads.
create table audit_anchors (
    number bigint not null primary key,
    seq bigint not null unique,
    link bytea not null,
    minute bigint not null,
    mac bytea not null,
    elsewhere boolean not null
);
-- The auditor's table, newest first: by officer, and by act. What reporters do is most of the record and is met
-- soon on any walk: their rows are in neither, and cost intake nothing.
create index audit_by_officer on audit (officer_id, id) where officer_id is not null;
create index audit_by_act on audit (act, id) where actor <> 'reporter';
