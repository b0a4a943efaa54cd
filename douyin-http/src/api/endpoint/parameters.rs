//! How the document describes the parameters that several endpoints have. Values may come by any way that the contract allows;
//! the document shows the query string, which works everywhere.

#![expect(
    dead_code,
    reason = "their fields are read by the derive that describes them"
)]

use utoipa::IntoParams;

/// The caller's token, where it is not in the `Authorization` header.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Token {
    /// The caller's token; `Authorization: Bearer` does as well.
    token: Option<String>,
}

/// Whose list it is.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Owner {
    /// Whose; the caller's own where absent.
    user_id: Option<i64>,
}

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// At most so many entries.
    #[param(minimum = 1)]
    limit: Option<u32>,
    /// Goes on where the page with this `next_cursor` ended.
    cursor: Option<String>,
}

/// What is said of videos beyond what clients have always been told.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Streams {
    /// 1: each video that has been prepared for streaming comes with its `hls_url`.
    #[param(minimum = 0, maximum = 1)]
    hls: Option<u8>,
}

/// The password that somebody has, and the one that they want.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OldAndNewPassword {
    /// The password so far.
    #[param(format = Password)]
    old_password: String,
    /// The new one, 5 to 32 characters unless configured otherwise.
    #[param(format = Password)]
    new_password: String,
}

/// What a user is to be called, and what they say of themselves.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProfileTexts {
    /// The new name, 1 to 32 characters; nobody else may have it, in whatever spelling.
    name: Option<String>,
    /// The new signature, at most 256 characters.
    signature: Option<String>,
    /// What is to be empty: `signature`, which is then not given; or `avatar` or `background`, which is then the default one.
    #[param(pattern = "^(signature|avatar|background)$")]
    clear: Option<String>,
}

/// A name and a password.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NameAndPassword {
    /// The user's name, 1 to 32 characters.
    username: String,
    /// The password, 5 to 32 characters unless configured otherwise.
    #[param(format = Password)]
    password: String,
}
