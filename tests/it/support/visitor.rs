//! Somebody with a browser: follows links and redirects, keeps cookies, sends forms back as they were given.
//! Each visitor comes through the trusted proxy from an address of its own.

use std::net::SocketAddr;

use ureq::Agent;
use ureq::http::Response;

use super::form::Form;
use super::page::Page;

pub struct Visitor {
    agent: Agent,
    base: String,
    pub address: String,
    pub user_agent: String,
}

impl Visitor {
    pub fn new(at: SocketAddr, address: &str) -> Self {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            // A portal that is started again must not meet yesterday's connections.
            .max_idle_connections(0)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build()
            .into();
        Self {
            agent,
            base: format!("http://{at}"),
            address: address.to_owned(),
            user_agent: "Browser/1.0".into(),
        }
    }

    pub fn get(&self, path: &str) -> Page {
        let request = self.agent.get(format!("{}{path}", self.base)).header("x-forwarded-for", &self.address);
        read(request.header("user-agent", &self.user_agent).call().unwrap())
    }

    /// Sends a form to where it says.
    pub fn submit(&self, form: &Form) -> Page {
        let (kind, body) = form.encode();
        self.post(&form.action, kind, &body)
    }

    pub fn post(&self, path: &str, kind: &str, body: &[u8]) -> Page {
        let request =
            self.agent.post(format!("{}{path}", self.base)).header("x-forwarded-for", &self.address);
        read(request.header("user-agent", &self.user_agent).content_type(kind).send(body).unwrap())
    }

    /// Any other request, as a program sends it.
    pub fn api(&self, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Page {
        let address = format!("{}{path}", self.base);
        let all = [("x-forwarded-for", self.address.as_str())].into_iter().chain(headers.iter().copied());
        let answer = match body {
            Some(body) => all.fold(self.agent.post(address), |r, (k, v)| r.header(k, v)).send(body),
            None => all.fold(self.agent.get(address), |r, (k, v)| r.header(k, v)).call(),
        };
        read(answer.unwrap())
    }

    /// Opens a receipt on the follow-up page.
    pub fn open_receipt(&self, receipt: &str) -> Page {
        let mut form = self.get("/follow-up?l=zh").form("form#open-receipt");
        form.set("receipt", receipt);
        self.submit(&form)
    }
}

fn read(mut answer: Response<ureq::Body>) -> Page {
    let pair = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers = answer.headers().iter().map(pair).collect();
    let body = answer.body_mut().read_to_vec().unwrap();
    Page { status: answer.status().as_u16(), headers, body: String::from_utf8_lossy(&body).into_owned() }
}
