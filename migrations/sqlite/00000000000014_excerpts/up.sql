-- Texts that a lead released to a body that is told of a tip: one for each body, a newer one in the place of the one
-- before. `sealed`: the text, under a key of its own that lies in envelopes, compartment 'excerpt', sealed to that body
-- alone; it opens this text and nothing else of the tip.
create table excerpts (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    uid text not null unique,
    agency text not null,
    officer_id bigint not null references officers (id),
    sealed blob not null,
    minute bigint not null,
    unique (tip_id, agency)
);
-- A body's list, the newest first.
create index excerpts_by_agency on excerpts (agency, id);
