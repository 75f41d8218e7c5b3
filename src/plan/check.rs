//! What can be said against a plan without deciding a single tip: the tables compared with the plan's own
//! text and with each other. Owns the findings. Decisions are proved in `routing::proof`, one layer up.
