//! What the drivers let pass in the URL of a server, and should not.

use crate::open_error::OpenError;

/// Checks that a URL has its two slashes, without which all of it, also a password, is taken for the name of a database; and that
/// it has no parameter but these, because a driver says nothing about one that it does not know, or logs it with its value.
pub(crate) fn check(url: &str, parameters: &[&str]) -> Result<(), OpenError> {
    let wrong = |message: String| Err(OpenError::Url(sqlx::Error::Configuration(message.into())));
    let Some((_, rest)) = url.split_once("://") else {
        return wrong("it does not look like SCHEME://USER:PASSWORD@HOST/DATABASE".to_owned());
    };
    // A query begins after the password, which may have a question mark in it.
    let after_password = rest.rfind('@').unwrap_or(0);
    let query = rest[after_password..]
        .split_once('?')
        .map_or("", |(_, query)| query);
    let mut keys = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or(pair));
    let unknown = keys.find(|key| {
        let name = key.split('[').next().unwrap_or(key);
        !key.is_empty() && !parameters.contains(&name)
    });
    match unknown {
        Some(key) => wrong(format!("there is no parameter `{key}`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(url: &str) -> String {
        match check(url, &["sslmode", "options"]) {
            Err(OpenError::Url(error)) => error.to_string(),
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn known_parameters_pass() {
        for url in [
            "postgres://db/douyin",
            "postgres://u:p?w=1@db/douyin?sslmode=require&options[jit]=off",
        ] {
            check(url, &["sslmode", "options"]).unwrap();
        }
    }

    #[test]
    fn a_missing_slash_or_an_unknown_parameter_is_named_without_a_password() {
        let message_of_slash = message("postgres:/douyin:hush@db/douyin");
        assert!(!message_of_slash.contains("hush"), "{message_of_slash}");
        let message_of_parameter =
            message("postgres://u:hush@db/douyin?sslmode=require&passwd=hush");
        assert!(
            message_of_parameter.contains("`passwd`"),
            "{message_of_parameter}"
        );
        assert!(
            !message_of_parameter.contains("hush"),
            "{message_of_parameter}"
        );
    }
}
