-- How long a tip is kept once it is closed, who has stopped that, and what is left when it is gone.
-- A column that ends in `_day` counts whole days since 1970 on the calendar of Tianjin (UTC+8).

-- `kept_as`: the class a closed tip is kept as ('set_aside', 'without_case', 'with_case'), written with its
-- closing; null while it is open, and for tips that were closed before this step: those are kept longest.
alter table tips add column kept_as text;
-- What is due: for each class the closed tips, earliest closing first.
create index tips_closed on tips (kept_as, closed_minute, id) where closed_minute is not null;
-- Tips of which somebody is known that wait to be parted from that: far fewer than there are tips.
create index envelopes_identity on envelopes (tip_id) where compartment = 'identity';

-- Legal holds: while one is not lifted, nothing of the tip is erased. The reasons are sealed in tip_events.
create table holds (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    set_by bigint not null references officers (id),
    set_minute bigint not null,
    lifted_by bigint references officers (id),
    lifted_minute bigint
);
-- A tip has one hold at a time; of two officers who set one at once the second finds it set.
create unique index holds_standing on holds (tip_id) where lifted_minute is null;
create index holds_by_tip on holds (tip_id, id);

-- What was erased. `mark`: an HMAC of the tip's public id under the key file's key, so that whoever knows the id
-- and holds the key file can ask, and nobody else. `complete_day`: when the oldest backup from before is gone too.
create table erasures (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    mark blob not null unique,
    why text not null,
    erased_day bigint not null,
    complete_day bigint not null
);
create index erasures_by_completion on erasures (complete_day, id);

-- Files whose rows are gone and whose bytes must follow: written with the erasure, removed once they are unlinked.
create table doomed_files (
    id integer not null primary key autoincrement,
    uid text not null unique
);

-- How many tips there were that are erased: by month and how they ended, by year and category. Never all
-- of these together: a cell that holds one tip would tell of it.
create table past_tips (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    period text not null,
    fact text not null,
    value text not null,
    tips bigint not null,
    unique (plan_id, period, fact, value)
);
