//! What lies beside the endpoints.

use serde_json::Value;

use super::Scene;

pub(crate) fn check(Scene { client, .. }: &Scene, url: &str) {
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            client.get(&format!("{url}{path}"), &[]).status(),
            200,
            "{path}"
        );
    }
    for (path, status) in [("/douyin/nothing/", 404), ("/douyin/user/register/", 405)] {
        let mut answer = client.get(&format!("{url}{path}"), &[]);
        assert_eq!(answer.status(), status, "{path}");
        assert!(answer.headers().contains_key("x-request-id"), "{path}");
        let body = answer.body_mut().read_to_string().expect("a body");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert!(
            body["status_code"].as_i64().is_some_and(|code| code > 0),
            "{path}: {body}"
        );
    }
    let mut chinese = client.get(
        &format!("{url}/douyin/user/"),
        &[("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")],
    );
    assert!(
        !chinese
            .body_mut()
            .read_to_string()
            .expect("a body")
            .is_ascii()
    );
    assert_eq!(client.get(&format!("{url}/docs"), &[]).status(), 200);
    let mut document = client.get(&format!("{url}/openapi.json"), &[]);
    let document: Value =
        serde_json::from_str(&document.body_mut().read_to_string().expect("a body")).expect("JSON");
    let documented = document["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .filter(|path| path.starts_with("/douyin/"))
        .count();
    assert!(documented >= 16, "{documented}");
}
