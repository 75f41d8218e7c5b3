//! Tests of passwords.
