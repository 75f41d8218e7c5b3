-- Which tips still hold who their reporter is. By the entry and not by its key: a key that stayed with an agency without
-- people goes by another name.
create index entries_contact on entries (tip_id) where compartment = 'identity';
drop index envelopes_identity;
