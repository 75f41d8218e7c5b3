//! The tables as diesel sees them, the same on both databases. Every column name and meaning is explained
//! beside its table in migrations/.
#![allow(clippy::allow_attributes, missing_docs, unused_qualifications, reason = "written by diesel's macro")]

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    agencies (id) {
        id -> BigInt,
        plan_id -> BigInt,
        code -> Text,
        mailbox -> Nullable<Text>,
        mailbox_confirmed_minute -> Nullable<BigInt>,
        wanted_mailbox -> Nullable<Text>,
        wanted_minute -> Nullable<BigInt>,
        former_mailbox -> Nullable<Text>,
    }
}

diesel::table! {
    excerpts (id) {
        id -> BigInt,
        tip_id -> BigInt,
        uid -> Text,
        agency -> Text,
        officer_id -> BigInt,
        sealed -> Binary,
        minute -> BigInt,
    }
}

diesel::table! {
    agency_keys (id) {
        id -> BigInt,
        plan_id -> BigInt,
        agency -> Text,
        kind -> Text,
        public_key -> Binary,
        recovery_grant -> Binary,
        created_minute -> BigInt,
        retired_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    officers (id) {
        id -> BigInt,
        plan_id -> BigInt,
        uid -> Text,
        login -> Text,
        display_name -> Text,
        agency -> Text,
        role -> Text,
        public_key -> Binary,
        wrapped_key -> Binary,
        active -> Bool,
        created_minute -> BigInt,
        ended_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    key_grants (id) {
        id -> BigInt,
        agency_key_id -> BigInt,
        officer_id -> BigInt,
        sealed -> Binary,
        created_minute -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        lookup -> Binary,
        officer_id -> BigInt,
        wrapped_key -> Binary,
        created_at -> BigInt,
        seen_at -> BigInt,
        factor -> Text,
        before_minute -> Nullable<BigInt>,
        news -> Text,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        officer_id -> BigInt,
        generation -> BigInt,
        version -> BigInt,
        sealed -> Nullable<Binary>,
        has_totp -> Bool,
        passkeys -> BigInt,
        codes -> BigInt,
        signed_in_minute -> Nullable<BigInt>,
        news -> Text,
    }
}

diesel::table! {
    challenges (id) {
        id -> BigInt,
        lookup -> Binary,
        officer_id -> Nullable<BigInt>,
        sealed -> Binary,
        until_at -> BigInt,
    }
}

diesel::table! {
    tips (id) {
        id -> BigInt,
        plan_id -> BigInt,
        uid -> Text,
        category -> Text,
        secondary -> Nullable<Text>,
        district -> Nullable<Text>,
        urgency -> Text,
        status -> Text,
        version -> BigInt,
        lead -> Text,
        first_responder -> Nullable<Text>,
        access -> Text,
        rule -> Text,
        plan_version -> Text,
        clauses -> Text,
        because -> Text,
        has_minor -> Bool,
        received_minute -> BigInt,
        due_minute -> BigInt,
        lane -> BigInt,
        claimed_by -> Nullable<BigInt>,
        acted_minute -> Nullable<BigInt>,
        closed_minute -> Nullable<BigInt>,
        kept_as -> Nullable<Text>,
        look_minute -> Nullable<BigInt>,
        lease_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    tip_agencies (id) {
        id -> BigInt,
        tip_id -> BigInt,
        agency -> Text,
        relation -> Text,
        open -> Bool,
        lane -> BigInt,
        due_minute -> BigInt,
        acted -> Bool,
        taken -> Bool,
        life_only -> Bool,
        closed -> Bool,
        aside -> Bool,
        look_minute -> Nullable<BigInt>,
        look_rung -> Bool,
    }
}

diesel::table! {
    skips (id) {
        id -> BigInt,
        tip_id -> BigInt,
        officer_id -> BigInt,
        why -> Text,
        minute -> BigInt,
    }
}

diesel::table! {
    queue_counts (id) {
        id -> BigInt,
        plan_id -> BigInt,
        agency -> Text,
        lane -> BigInt,
        tips -> BigInt,
    }
}

diesel::table! {
    envelopes (id) {
        id -> BigInt,
        tip_id -> BigInt,
        compartment -> Text,
        recipient -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    entries (id) {
        id -> BigInt,
        tip_id -> BigInt,
        uid -> Text,
        kind -> Text,
        compartment -> Text,
        officer_id -> Nullable<BigInt>,
        sealed -> Binary,
        minute -> BigInt,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        tip_id -> BigInt,
        uid -> Text,
        sealed_meta -> Binary,
        padded_size -> BigInt,
        minute -> BigInt,
        opened_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    receipts (id) {
        id -> BigInt,
        tip_id -> BigInt,
        lookup -> Binary,
        public_key -> Binary,
    }
}

diesel::table! {
    commitments (name) {
        name -> Binary,
        leaf -> Binary,
        opening -> Binary,
        day -> BigInt,
        tip_mac -> Nullable<Binary>,
        row_mac -> Binary,
        head -> Nullable<BigInt>,
        erased_day -> Nullable<BigInt>,
        erased_mac -> Nullable<Binary>,
    }
}

diesel::table! {
    record_blocks (number) {
        number -> BigInt,
        leaves -> Binary,
        root -> Binary,
    }
}

diesel::table! {
    record_heads (number) {
        number -> BigInt,
        day -> BigInt,
        size -> BigInt,
        root -> Binary,
        tips -> BigInt,
        made_minute -> BigInt,
        mac -> Binary,
    }
}

diesel::table! {
    tip_links (id) {
        id -> BigInt,
        tip_id -> BigInt,
        kind -> Text,
        digest -> Binary,
        added_minute -> BigInt,
    }
}

diesel::table! {
    tip_events (id) {
        id -> BigInt,
        tip_id -> BigInt,
        uid -> Text,
        kind -> Text,
        officer_id -> Nullable<BigInt>,
        detail -> Text,
        sealed -> Nullable<Binary>,
        version -> BigInt,
        minute -> BigInt,
        feed -> Nullable<BigInt>,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        plan_id -> BigInt,
        kind -> Text,
        agency -> Text,
        urgency -> Text,
        state -> Text,
        run_minute -> BigInt,
        attempts -> BigInt,
        lease_until -> Nullable<BigInt>,
        lease_token -> Nullable<Text>,
        dedup_key -> Nullable<Text>,
        created_minute -> BigInt,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        seq -> Nullable<BigInt>,
        at -> BigInt,
        actor -> Text,
        officer_id -> Nullable<BigInt>,
        act -> Text,
        tip_id -> Nullable<BigInt>,
        detail -> Text,
        link -> Nullable<Binary>,
        seal -> Nullable<Binary>,
    }
}

diesel::table! {
    audit_anchors (number) {
        number -> BigInt,
        seq -> BigInt,
        link -> Binary,
        minute -> BigInt,
        mac -> Binary,
        elsewhere -> Bool,
    }
}

diesel::table! {
    submissions (id) {
        id -> BigInt,
        row_mac -> Binary,
        body_mac -> Binary,
        sealed_answer -> Binary,
        tip_id -> BigInt,
        created_minute -> BigInt,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        plan_id -> BigInt,
        uid -> Text,
        lookup -> Nullable<Binary>,
        login -> Text,
        display_name -> Text,
        agency -> Text,
        role -> Text,
        officer_id -> Nullable<BigInt>,
        proposed_by -> Nullable<BigInt>,
        confirmed_by -> Nullable<BigInt>,
        state -> Text,
        created_minute -> BigInt,
        expires_minute -> BigInt,
    }
}

diesel::table! {
    approvals (id) {
        id -> BigInt,
        plan_id -> BigInt,
        uid -> Text,
        kind -> Text,
        agency -> Text,
        tip_id -> Nullable<BigInt>,
        asked_by -> BigInt,
        decided_by -> Nullable<BigInt>,
        state -> Text,
        sealed -> Nullable<Binary>,
        asked_minute -> BigInt,
        expires_minute -> BigInt,
        decided_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    rotations (id) {
        id -> BigInt,
        plan_id -> BigInt,
        agency -> Text,
        started_by -> BigInt,
        started_minute -> BigInt,
        walked -> BigInt,
        resealed -> BigInt,
        done_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    holds (id) {
        id -> BigInt,
        tip_id -> BigInt,
        set_by -> BigInt,
        set_minute -> BigInt,
        lifted_by -> Nullable<BigInt>,
        lifted_minute -> Nullable<BigInt>,
    }
}

diesel::table! {
    erasures (id) {
        id -> BigInt,
        plan_id -> BigInt,
        mark -> Binary,
        why -> Text,
        erased_day -> BigInt,
        complete_day -> BigInt,
    }
}

diesel::table! {
    doomed_files (id) {
        id -> BigInt,
        uid -> Text,
    }
}

diesel::table! {
    past_tips (id) {
        id -> BigInt,
        plan_id -> BigInt,
        period -> Text,
        fact -> Text,
        value -> Text,
        tips -> BigInt,
    }
}

diesel::table! {
    plan_texts (id) {
        id -> BigInt,
        digest -> Text,
        body -> Text,
    }
}

diesel::table! {
    plan_versions (id) {
        id -> BigInt,
        plan_id -> BigInt,
        number -> BigInt,
        label -> Text,
        name -> Text,
        status -> Text,
        based_on -> Nullable<BigInt>,
        author -> Nullable<BigInt>,
        created_minute -> BigInt,
        changed_minute -> BigInt,
        valid_from_day -> BigInt,
        files -> Text,
        digest -> Text,
        proof -> Nullable<Text>,
        proof_digest -> Nullable<Text>,
        approval -> Nullable<Text>,
        published_minute -> Nullable<BigInt>,
        seal -> Nullable<Binary>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    meta,
    agencies,
    agency_keys,
    officers,
    key_grants,
    sessions,
    accounts,
    challenges,
    tips,
    tip_agencies,
    skips,
    queue_counts,
    envelopes,
    entries,
    files,
    receipts,
    commitments,
    record_blocks,
    record_heads,
    tip_links,
    tip_events,
    excerpts,
    outbox,
    audit,
    audit_anchors,
    submissions,
    invitations,
    approvals,
    rotations,
    holds,
    erasures,
    doomed_files,
    past_tips,
    plan_texts,
    plan_versions
);
