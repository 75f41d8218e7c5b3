-- What orders and counts the work: places in the feed and in the record, counters, and what a list needs to
-- know of a tip without looking at it.

-- `feed`: the event's number in the live feed, given by the sequencer once its act is committed. Row ids are
-- drawn before the commit and become visible out of order on PostgreSQL; cursors use `feed` only.
alter table tip_events add column feed bigint;
create unique index tip_events_feed on tip_events (feed);
create index tip_events_unplaced on tip_events (id) where feed is null;
create index audit_unplaced on audit (id) where seq is null;

-- `acted` mirrors tips.acted_minute, `taken` mirrors tips.claimed_by: so that "overdue" and "the best one that
-- nobody has" are walks along an index, without a look at each tip.
alter table tip_agencies add column acted boolean not null default false;
alter table tip_agencies add column taken boolean not null default false;
update tip_agencies set
    acted = (select acted_minute is not null from tips where tips.id = tip_agencies.tip_id),
    taken = (select claimed_by is not null from tips where tips.id = tip_agencies.tip_id);
create index tip_agencies_overdue on tip_agencies (agency, due_minute) where open and not acted;
create index tip_agencies_free on tip_agencies (agency, lane, due_minute, tip_id) where open and not taken;

-- How many tips are open in a lane of an agency. SQLite keeps one row for each and changes it in place;
-- PostgreSQL adds a row for each change, so that nobody waits for a row that everybody counts in, and a job
-- folds them.
create table queue_counts (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    agency text not null,
    lane bigint not null,
    tips bigint not null
);
create index queue_counts_by_lane on queue_counts (plan_id, agency, lane);
insert into queue_counts (plan_id, agency, lane, tips)
    select tips.plan_id, tip_agencies.agency, tip_agencies.lane, count(*)
    from tip_agencies join tips on tips.id = tip_agencies.tip_id
    where tip_agencies.open
    group by tips.plan_id, tip_agencies.agency, tip_agencies.lane;

-- The courier looks for leases that ran out, and nothing else of what was sent long ago.
create index outbox_leased on outbox (lease_until) where state = 'leased';
