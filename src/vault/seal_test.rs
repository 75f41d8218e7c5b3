//! Tests of sealed values.
