//! A client of the API that speaks plain HTTP and knows what an envelope is.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// No request of the tests takes so long: one that does has been forgotten.
const FORGOTTEN: Duration = Duration::from_secs(20);

/// Talks to one server, over connections that it keeps.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Of HTTP.
    pub status: u16,
    pub envelope: Value,
}

impl Answer {
    /// The envelope of what the domain decided, which HTTP says 200 to.
    pub(crate) fn decided(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.envelope);
        self.envelope
    }

    /// Whether it says, in both ways, that the server cannot do its work now.
    pub(crate) fn is_unavailable(&self) -> bool {
        let code = self.envelope["status_code"].as_i64();
        self.status == 503 && code.is_some_and(|code| (8000..9000).contains(&code))
    }
}

/// Somebody who registered.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub id: i64,
    pub token: String,
}

impl Client {
    pub(crate) fn new(server: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(FORGOTTEN))
            .build()
            .into();
        Self {
            agent,
            base: format!("{server}/douyin"),
        }
    }

    /// Sends any request; `None` where the server went away before it answered.
    pub(crate) fn try_send(&self, request: Request<Vec<u8>>) -> Option<Response<Body>> {
        let request = self
            .agent
            .configure_request(request)
            .allow_non_standard_methods(true)
            .build();
        self.agent.run(request).ok()
    }

    /// A call with its parameters in the query string; `None` where the server went away before it answered whole.
    pub(crate) fn try_call(
        &self,
        method: &str,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Option<Answer> {
        let uri = format!("{}{path}?{}", self.base, encode(parameters));
        self.try_json(method, &uri, "", Vec::new())
    }

    /// A call that the server must answer with HTTP 200 and an envelope.
    pub(crate) fn call(&self, method: &str, path: &str, parameters: &[(&str, &str)]) -> Value {
        self.try_call(method, path, parameters)
            .expect("the server answers")
            .decided()
    }

    /// A call with a body and nothing in the query string.
    pub(crate) fn call_with_body(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Value {
        self.try_json(
            method,
            &format!("{}{path}", self.base),
            content_type,
            body.into(),
        )
        .expect("the server answers")
        .decided()
    }

    fn try_json(
        &self,
        method: &str,
        uri: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(uri);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let mut answer = self.try_send(request.body(body).expect("a well-formed request"))?;
        let text = answer.body_mut().read_to_string().ok()?;
        Some(Answer {
            status: answer.status().as_u16(),
            envelope: serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{error} in {text:?} of {method} {uri}")),
        })
    }

    /// Fetches what an absolute URL names.
    pub(crate) fn get(&self, url: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = headers
            .iter()
            .fold(Request::builder().uri(url), |request, (name, value)| {
                request.header(*name, *value)
            });
        self.try_send(request.body(Vec::new()).expect("a well-formed request"))
            .expect("the server answers")
    }

    /// Registers somebody.
    pub(crate) fn register(&self, name: &str, password: &str) -> Account {
        let answer = self.call(
            "POST",
            "/user/register/",
            &[("username", name), ("password", password)],
        );
        assert_eq!(answer["status_code"], 0, "{answer}");
        Account {
            id: answer["user_id"].as_i64().expect("an id is a number"),
            token: answer["token"]
                .as_str()
                .expect("a token is a string")
                .to_owned(),
        }
    }

    /// Uploads a file, and is answered with HTTP 200 and an envelope.
    pub(crate) fn upload(&self, file: &[u8], parts: &[(&str, Option<&str>)]) -> Value {
        self.try_upload(file, parts)
            .expect("the server answers")
            .decided()
    }

    /// Uploads a file; the parts are sent in the order given, the file being the one without a value. `None` where the server
    /// went away before it answered whole.
    pub(crate) fn try_upload(&self, file: &[u8], parts: &[(&str, Option<&str>)]) -> Option<Answer> {
        const BOUNDARY: &str = "x-boundary-of-the-test";
        let mut body = Vec::new();
        for (name, value) in parts {
            write!(
                body,
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\""
            )
            .expect("a Vec takes all");
            if let Some(value) = value {
                write!(body, "\r\n\r\n{value}\r\n").expect("a Vec takes all");
                continue;
            }
            body.extend_from_slice(
                b"; filename=\"../public/x.mp4\"\r\nContent-Type: application/octet-stream\r\n\r\n",
            );
            body.extend_from_slice(file);
            body.extend_from_slice(b"\r\n");
        }
        write!(body, "--{BOUNDARY}--\r\n").expect("a Vec takes all");
        let uri = format!("{}/publish/action/", self.base);
        self.try_json(
            "POST",
            &uri,
            &format!("multipart/form-data; boundary={BOUNDARY}"),
            body,
        )
    }
}

/// `application/x-www-form-urlencoded`, with every byte of a value escaped.
pub(crate) fn encode(parameters: &[(&str, &str)]) -> String {
    let mut encoded = String::new();
    for (name, value) in parameters {
        write!(encoded, "&{name}=").expect("a String takes all");
        for byte in value.bytes() {
            write!(encoded, "%{byte:02X}").expect("a String takes all");
        }
    }
    encoded
}
