-- Keys are BIGINT inside; `uid` is the random public id, only where the outside sees one.
-- `*_minute` counts whole minutes since 1970 (UTC): no finer time about a reporter stands in clear.
-- Blobs are sealed values or public keys; nothing here opens anything without a password or a receipt.
create table meta (
    key text not null primary key,
    value text not null
);

create table agencies (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    code text not null,
    mailbox text,
    mailbox_confirmed_minute bigint,
    unique (plan_id, code)
);

create table agency_keys (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    agency text not null,
    kind text not null,
    public_key blob not null,
    recovery_grant blob not null,
    created_minute bigint not null,
    retired_minute bigint
);
create index agency_keys_by_agency on agency_keys (plan_id, agency, kind);

create table officers (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    uid text not null unique,
    login text not null unique,
    display_name text not null,
    agency text not null,
    role text not null,
    public_key blob not null,
    wrapped_key blob not null,
    active boolean not null,
    created_minute bigint not null
);
create index officers_by_agency on officers (plan_id, agency);

create table key_grants (
    id integer not null primary key autoincrement,
    agency_key_id bigint not null references agency_keys (id),
    officer_id bigint not null references officers (id),
    sealed blob not null,
    created_minute bigint not null,
    unique (agency_key_id, officer_id)
);

create table sessions (
    id integer not null primary key autoincrement,
    lookup blob not null unique,
    officer_id bigint not null references officers (id),
    wrapped_key blob not null,
    created_at bigint not null,
    seen_at bigint not null
);

create table tips (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    uid text not null unique,
    category text not null,
    secondary text,
    district text,
    urgency text not null,
    status text not null,
    version bigint not null,
    lead text not null,
    first_responder text,
    access text not null,
    rule text not null,
    plan_version text not null,
    clauses text not null,
    because text not null,
    has_minor boolean not null,
    received_minute bigint not null,
    due_minute bigint not null,
    lane bigint not null,
    claimed_by bigint references officers (id),
    acted_minute bigint,
    closed_minute bigint
);
-- `acted_minute`: the first action since the tip came in, or was opened again; until then its deadline runs.

create table tip_agencies (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    agency text not null,
    relation text not null,
    open boolean not null,
    lane bigint not null,
    due_minute bigint not null,
    unique (tip_id, agency, relation)
);
-- The agency's queue in its own order: lane, deadline, tip. `open` holds for who must act (lead and first
-- responder) until the tip is closed; it is never set for the told, who get clear facts only.
create index tip_agencies_queue on tip_agencies (agency, lane, due_minute, tip_id) where open;
-- What an agency oversees, is given to read, or is told of: one list for each relation, in the same order.
create index tip_agencies_by_relation on tip_agencies (agency, relation, lane, due_minute, tip_id);

create table envelopes (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    compartment text not null,
    recipient text not null,
    sealed blob not null,
    unique (tip_id, compartment, recipient)
);

create table entries (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    uid text not null unique,
    kind text not null,
    compartment text not null,
    officer_id bigint references officers (id),
    sealed blob not null,
    minute bigint not null
);
create index entries_by_tip on entries (tip_id, id);

create table files (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    uid text not null unique,
    sealed_meta blob not null,
    padded_size bigint not null,
    minute bigint not null
);
create index files_by_tip on files (tip_id, id);

create table receipts (
    id integer not null primary key autoincrement,
    tip_id bigint not null unique references tips (id),
    lookup blob not null unique,
    public_key blob not null
);

create table tip_events (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    uid text not null unique,
    kind text not null,
    officer_id bigint references officers (id),
    detail text not null,
    sealed blob,
    version bigint not null,
    minute bigint not null
);
create index tip_events_by_tip on tip_events (tip_id, id);

create table outbox (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    kind text not null,
    agency text not null,
    urgency text not null,
    state text not null,
    run_minute bigint not null,
    attempts bigint not null,
    lease_until bigint,
    lease_token text,
    dedup_key text unique,
    created_minute bigint not null,
    last_error text
);
create index outbox_due on outbox (run_minute, id) where state = 'ready';

-- `seq` and `link` are given by the sequencer; rows of an act carry their place once it has passed.
create table audit (
    id integer not null primary key autoincrement,
    seq bigint unique,
    at bigint not null,
    actor text not null,
    officer_id bigint,
    act text not null,
    tip_id bigint,
    detail text not null,
    link blob
);
create index audit_by_tip on audit (tip_id, id);

create table submissions (
    id integer not null primary key autoincrement,
    row_mac blob not null unique,
    body_mac blob not null,
    sealed_answer blob not null,
    tip_id bigint not null references tips (id),
    created_minute bigint not null
);
create index submissions_by_tip on submissions (tip_id);
create index submissions_by_age on submissions (created_minute);
