//! Tests of sealed files.
