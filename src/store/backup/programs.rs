//! PostgreSQL's own programs: `pg_dump` reads one snapshot, and `pg_restore` knows what it wrote. Owns how they are
//! started and what is said when they fail; refuses knowing what is in an archive.
//!
//! Invariant: no password stands on a command line.

use std::path::Path;
use std::process::{Command, Stdio};

use percent_encoding::percent_decode_str;

use super::BackupError;

/// Writes the rows of the moment called `snapshot` into the file at `archive`.
pub(super) fn dump(url: &str, snapshot: &str, archive: &Path) -> Result<(), BackupError> {
    let mut program = program("pg_dump", url);
    program.args(["--format=custom", "--no-password", "--snapshot", snapshot, "--file"]).arg(archive);
    run("pg_dump", program)
}

/// The name by which a database knows a connection that restores.
pub(super) const RESTORING: &str = "homeward-restore";

/// Puts the rows of an archive into an empty database, all or none.
pub(super) fn restore(url: &str, archive: &Path) -> Result<(), BackupError> {
    let joint = if url.contains('?') { '&' } else { '?' };
    let mut program = program("pg_restore", &format!("{url}{joint}application_name={RESTORING}"));
    program.args(["--no-owner", "--no-privileges", "--no-password", "--single-transaction"]);
    program.arg("--exit-on-error").arg(archive);
    run("pg_restore", program)
}

fn program(name: &str, url: &str) -> Command {
    let (address, password) = without_password(url);
    let mut program = Command::new(name);
    program.arg("--dbname").arg(address).stdin(Stdio::null());
    if let Some(password) = password {
        // The environment of a process is for its owner and root; its command line is for everybody.
        program.env("PGPASSWORD", password);
    }
    program
}

fn run(name: &'static str, mut program: Command) -> Result<(), BackupError> {
    let done = program.output().map_err(|said| BackupError::NoProgram(name, said))?;
    if done.status.success() {
        return Ok(());
    }
    Err(BackupError::Program(name, String::from_utf8_lossy(&done.stderr).trim().to_owned()))
}

/// A connection address taken apart: without its password, and the password. libpq takes one in either of
/// two places, and of both the parameter.
fn without_password(url: &str) -> (String, Option<String>) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
    let (place, parameters) = rest.split_once('?').map_or((rest, None), |(p, q)| (p, Some(q)));
    let (place, from_place) = match place.rsplit_once('@') {
        Some((who, place)) => {
            let (user, password) = who.split_once(':').map_or((who, None), |(u, p)| (u, Some(p)));
            (format!("{user}@{place}"), password)
        }
        None => (place.to_owned(), None),
    };
    let pairs = || parameters.iter().flat_map(|all| all.split('&'));
    let from_parameter = pairs().filter_map(|pair| pair.strip_prefix("password=")).next_back();
    // The passphrase of a client's key has no way beside the command line: such a key is not for backups.
    let kept: Vec<&str> = pairs().filter(|pair| !is_secret(pair)).collect();
    let end = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let password =
        from_parameter.or(from_place).map(|p| percent_decode_str(p).decode_utf8_lossy().into_owned());
    (format!("{scheme}://{place}{end}"), password)
}

fn is_secret(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().ends_with("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_the_address_wherever_it_stood() {
        let apart = |url| {
            let (address, password) = without_password(url);
            (address, password.unwrap_or_default())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            apart("postgresql://u:p%40ss@db:5432/x?sslmode=verify-full"),
            pair("postgresql://u@db:5432/x?sslmode=verify-full", "p@ss")
        );
        assert_eq!(apart("postgres://u@/x?host=/run&password=s"), pair("postgres://u@/x?host=/run", "s"));
        assert_eq!(apart("postgres://u:old@h/x?password=new"), pair("postgres://u@h/x", "new"));
        assert_eq!(apart("postgres://u:a@b@h/x"), pair("postgres://u@h/x", "a@b"));
        assert_eq!(
            apart("postgres://u@h/x?sslpassword=s&a=1&pass%77ord=t"),
            pair("postgres://u@h/x?a=1", "")
        );
        assert_eq!(apart("postgresql:///x"), pair("postgresql:///x", ""));
    }
}
