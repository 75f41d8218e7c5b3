//! Tests of the international suite.
