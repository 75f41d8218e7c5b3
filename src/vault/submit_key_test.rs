//! Tests of keys of one sending.
