-- The public record of tips: a leaf for each, closed day by day under a head that is published. It lets a
-- reporter prove, with the receipt alone, that the tip stands in the record.

-- A tip's leaf. `name` follows from the report's key: whoever can read the tip finds it. `opening` is what the
-- leaf commits to, under the receipt's cover. `tip_mac` and `row_mac` tie it to its tip under the deployment's
-- key, which is not in the database; no other column says which tip it is. The rows lie in the order of
-- their transactions: see SECURITY.md.
-- `head` is the head that closed it. `erased_day`: the tip was erased on purpose; its leaf stays.
create table commitments (
    name bytea not null primary key,
    leaf bytea not null,
    opening bytea not null,
    day bigint not null,
    tip_mac bytea unique,
    row_mac bytea not null,
    head bigint,
    erased_day bigint,
    erased_mac bytea
);
-- What the next head closes.
create index commitments_waiting on commitments (day) where head is null;
-- What was erased on purpose, for the check.
create index commitments_erased on commitments (erased_day) where erased_day is not null;

-- The record itself, 64 leaves to a row, filling ones among them, from number 0; `root` is the root over them.
create table record_blocks (
    number bigint not null primary key,
    leaves bytea not null,
    root bytea not null
);

-- The heads. `tips`: how many of its leaves are tips. `mac`: the row under the deployment's key. Never changed.
create table record_heads (
    number bigint not null primary key,
    day bigint not null,
    size bigint not null unique,
    root bytea not null,
    tips bigint not null,
    made_minute bigint not null,
    mac bytea not null
);
-- The last head up to a day.
create index record_heads_by_day on record_heads (day);
