//! Tests of the key file.
