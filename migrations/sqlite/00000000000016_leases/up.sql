-- A claim holds for a time: `lease_minute` is until when, null where nobody holds the tip or something was decided about
-- it. Claims from before this step hold until somebody acts.
alter table tips add column lease_minute bigint;
-- What has run out.
create index tips_leased on tips (lease_minute) where lease_minute is not null;

-- Which officer passed which tip by, the last time, and why in a word ('language', 'recuse', 'expertise', 'other').
-- Typed words lie sealed in tip_events.
create table skips (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    officer_id bigint not null references officers (id),
    why text not null,
    minute bigint not null,
    unique (tip_id, officer_id)
);
-- What the people of an agency passed by, the newest first.
create index skips_by_officer on skips (officer_id, minute);
