//! The `homeward` binary: everything it can do is in [`homeward::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    homeward::cli::run()
}
