//! The proof that every tip finds an owner.
