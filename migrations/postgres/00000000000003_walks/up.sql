-- What lets each list and the next tip be walked to along an index, however many tips lie behind: a walk that
-- skips over closed tips, or over those that an officer may not take, grows with every year.

-- `life_only`: the agency is given the life facts only, because the tip accuses it: there is nothing to take.
-- `closed` mirrors tips.status, for those who oversee or are told: `open` is theirs never.
alter table tip_agencies add column life_only boolean not null default false;
alter table tip_agencies add column closed boolean not null default false;
update tip_agencies set
    life_only = relation = 'first_responder'
        and (select access = 'life_facts' from tips where tips.id = tip_agencies.tip_id),
    closed = (select status = 'closed' from tips where tips.id = tip_agencies.tip_id);

-- Taking the next tip: the first of these.
drop index tip_agencies_free;
create index tip_agencies_free on tip_agencies (agency, lane, due_minute, tip_id)
    where open and not taken and not life_only;
-- What an agency oversees and is not closed.
create index tip_agencies_overseen on tip_agencies (agency, relation, lane, due_minute, tip_id) where not closed;
-- What an officer holds and is not closed.
create index tips_held on tips (claimed_by, lane, due_minute, id) where closed_minute is null;
