-- What an officer's sign-in needs besides the password: second factors, challenges to passkeys, and by which of
-- them a session was opened.

-- One row for each officer who has signed in or been changed. `sealed` holds every second factor, under a key that
-- follows from the officer's own private key; `version` is in clear so that two changes never both count, and
-- moves with each. `generation` is in every device's cookie: moving it ends what all of them are good for.
-- `has_totp`, `passkeys` and `codes` count what is sealed, for those who help when somebody cannot get in.
-- `news` are codes of what was changed since the last sign-in, with their minutes, as a JSON list.
create table accounts (
    id integer not null primary key autoincrement,
    officer_id bigint not null unique references officers (id),
    generation bigint not null,
    version bigint not null,
    sealed blob,
    has_totp boolean not null,
    passkeys bigint not null,
    codes bigint not null,
    signed_in_minute bigint,
    news text not null
);

-- A challenge to a passkey, for five minutes and one answer. `lookup` and the key of `sealed` follow from a secret
-- in the browser's cookie, so that the row alone is good for nothing; `officer_id` stands there only where a
-- passkey is being enrolled.
create table challenges (
    id integer not null primary key autoincrement,
    lookup blob not null unique,
    officer_id bigint references officers (id),
    sealed blob not null,
    until_at bigint not null
);
-- Which are over.
create index challenges_by_end on challenges (until_at);

-- `factor`: what came with the password (`password` alone, `totp`, `passkey`, `recovery`). `before_minute` and
-- `news`: what the officer is told at this sign-in of the time before it.
alter table sessions add column factor text not null default 'password';
alter table sessions add column before_minute bigint;
alter table sessions add column news text not null default '[]';
-- An officer's own sessions.
create index sessions_by_officer on sessions (officer_id, id);
