-- People, what they may become, and what takes two of them.

-- Who was a member held both of the agency's pairs and answered for it.
update officers set role = 'agency_lead' where role = 'member';
-- When the account ended; `active` says whether it has.
alter table officers add column ended_minute bigint;

-- Somebody is to become an officer, or to make a new password. `lookup` is the digest of the code that is handed
-- over; null until it has been. `officer_id`: an account that is reset, or that a used invitation became.
create table invitations (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    uid text not null unique,
    lookup blob unique,
    login text not null,
    display_name text not null,
    agency text not null,
    role text not null,
    officer_id bigint references officers (id),
    proposed_by bigint references officers (id),
    confirmed_by bigint references officers (id),
    state text not null,
    created_minute bigint not null,
    expires_minute bigint not null
);
-- What waits for somebody: for being confirmed, for being handed over, for being used.
create index invitations_waiting on invitations (plan_id, state, id);

-- What takes two people: asked by one with a reason, decided by another. `sealed`: the typed reason, under the
-- tip's case key. `agency`: whose people may decide.
create table approvals (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    uid text not null unique,
    kind text not null,
    agency text not null,
    tip_id bigint references tips (id),
    asked_by bigint not null references officers (id),
    decided_by bigint references officers (id),
    state text not null,
    sealed blob,
    asked_minute bigint not null,
    expires_minute bigint not null,
    decided_minute bigint
);
-- What an agency's people have to decide or to look at afterwards.
create index approvals_waiting on approvals (agency, state, id);
-- Whether somebody may see something of a tip now.
create index approvals_by_tip on approvals (tip_id, asked_by, kind);

-- An agency's pair is being replaced: envelopes up to `walked` were sealed anew, in members' sessions.
create table rotations (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    agency text not null,
    started_by bigint not null references officers (id),
    started_minute bigint not null,
    walked bigint not null,
    resealed bigint not null,
    done_minute bigint
);
create index rotations_by_agency on rotations (plan_id, agency, id);
-- A recipient's envelopes in the order they are sealed anew.
create index envelopes_by_recipient on envelopes (recipient, id);
