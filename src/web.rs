//! The web adapter: actix and maud live here and nowhere below. Owns addresses, forms, pages and headers;
//! refuses rules (mission modules) and SQL (store).

pub mod api;
pub mod body;
pub mod context;
pub mod cookies;
pub mod desk;
pub mod error;
pub mod follow_up;
pub mod headers;
pub mod ops;
pub mod origin;
pub mod proxy;
pub mod public;
pub mod reply;
pub mod routes;
pub mod statics;
pub mod trace;
pub mod ui;
pub mod upload;
