-- Which tips still hold who their reporter is: the contact, or the extract for a command, which has the safe contact in it.
-- By the entries and not by their keys: a key that stayed with an agency without people goes by another name.
create index entries_contact on entries (tip_id) where compartment in ('identity', 'life');
drop index envelopes_identity;
