-- The plan that routes, where its owners have changed it: versions that are drafted, published by two people, and kept
-- for the tips they routed. Without a published row the plan that is compiled in routes.

-- The texts of the plan's files, each once. `digest`: its SHA-256. Nothing of any tip stands in them.
create table plan_texts (
    id integer not null primary key autoincrement,
    digest text not null unique,
    body text not null
);

-- `status`: 'built_in' (the compiled-in plan as it was when the first draft began), 'draft', 'proposed', 'published'.
-- The published one with the greatest number whose first day has come routes. `files`: a line for each file, name and
-- digest. `digest`: of those lines and of the first day. `proof`: what the proof of `proof_digest` found.
-- `approval`: the request that waits or was granted. `seal`: an HMAC of number, label, first day and digest under the
-- key file's key: a row put here past the portal routes nothing.
create table plan_versions (
    id integer not null primary key autoincrement,
    plan_id bigint not null,
    number bigint not null,
    label text not null,
    name text not null,
    status text not null,
    based_on bigint,
    author bigint references officers (id),
    created_minute bigint not null,
    changed_minute bigint not null,
    valid_from_day bigint not null,
    files text not null,
    digest text not null,
    proof text,
    proof_digest text,
    approval text,
    published_minute bigint,
    seal blob,
    unique (plan_id, number)
);
-- The one that routes: the greatest published number first.
create index plan_versions_published on plan_versions (plan_id, status, number);
