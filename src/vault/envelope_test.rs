//! Tests of envelopes and grants.
