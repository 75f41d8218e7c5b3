create index envelopes_identity on envelopes (tip_id) where compartment = 'identity';
drop index entries_contact;
