//! A real SMTP receiver as a process of its own, and what it was given.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub struct Receiver {
    pub port: u16,
    process: Child,
    folder: tempfile::TempDir,
}

/// A mail as it came.
pub struct Mail {
    pub to: Vec<String>,
    pub text: String,
}

impl Mail {
    pub fn header(&self, name: &str) -> String {
        let prefix = format!("{}:", name.to_lowercase());
        let line = self.text.lines().find(|line| line.to_lowercase().starts_with(&prefix));
        line.and_then(|line| line.split_once(':'))
            .map_or_else(String::new, |(_, value)| value.trim().to_owned())
    }

    /// The text of the mail, whatever it travelled in.
    pub fn body(&self) -> String {
        use base64::Engine as _;
        let (head, body) = self.text.split_once("\n\n").or_else(|| self.text.split_once("\r\n\r\n")).unwrap();
        if head.to_lowercase().contains("base64") {
            let joined: String = body.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(joined).unwrap();
            return String::from_utf8(bytes).unwrap();
        }
        let joined = body.replace("=\r\n", "").replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((first, more)) = rest.split_first() {
            match (first, more) {
                (b'=', [a, b, after @ ..]) => {
                    let pair = [*a, *b];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
                    rest = after;
                }
                _ => {
                    bytes.push(*first);
                    rest = more;
                }
            }
        }
        String::from_utf8(bytes).unwrap()
    }
}

/// The Python that has the receiver's one package; `tests/run` makes it.
fn python() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/homeward-venv");
    let venv = std::env::var_os("HOMEWARD_VENV").map_or_else(home, PathBuf::from);
    let python = venv.join("bin/python");
    assert!(python.exists(), "{} is missing: `tests/run it` makes it", python.display());
    python
}

impl Receiver {
    pub fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp/receiver.py");
        // It ends when its input does, so it does not outlive this process.
        let mut process = Command::new(python())
            .arg(script)
            .arg(folder.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        let port = said["port"].as_u64().and_then(|port| port.try_into().ok()).unwrap();
        Self { port, process, folder }
    }

    /// Every mail so far, in the order of arrival.
    pub fn mails(&self) -> Vec<Mail> {
        let mut names: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path()).unwrap().flatten().map(|e| e.path()).collect();
        names.retain(|path| path.extension().is_some_and(|x| x == "json"));
        names.sort();
        let mail = |path: PathBuf| {
            let facts: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let to = facts["to"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|t| t.as_str().map(str::to_owned))
                .collect();
            Mail {
                to,
                text: String::from_utf8_lossy(&std::fs::read(path.with_extension("eml")).unwrap())
                    .into_owned(),
            }
        };
        names.into_iter().map(mail).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
