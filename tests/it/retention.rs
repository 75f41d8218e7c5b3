//! How long things are kept, and that they are gone afterwards: each class on its day, nothing that is open or held,
//! no key and no trace left in any file, whatever was killed in between.

mod early;
mod excerpt;
mod gone;
mod held;
mod killed;
mod said;
mod scene;
mod stopped;
mod time;
