//! Tests of receipts.
