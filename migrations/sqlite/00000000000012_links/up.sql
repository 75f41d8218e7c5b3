-- Which entities a reporter's words name: telephones, identity numbers, bank cards, plates, accounts, pages. Written with
-- the tip or with what its reporter adds, erased with the tip. `digest`: an HMAC of the entity under the key file's key,
-- each kind apart, so that the same entity is found in other tips and says nothing by itself. Who the reporter is and how
-- to reach them is never here: that takes two people.
create table tip_links (
    id integer not null primary key autoincrement,
    tip_id bigint not null references tips (id),
    kind text not null,
    digest blob not null,
    added_minute bigint not null,
    unique (tip_id, digest)
);
-- Other tips that name the same, the newest first.
create index tip_links_by_digest on tip_links (digest, tip_id);
