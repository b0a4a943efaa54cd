//! `/user/` and `/user/profile/`

use axum::extract::State;
use douyin_core::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Service, parameters};
use crate::api::error::Failure;
use crate::api::params::{Emptied, Params};
use crate::api::reply::{Answer, Envelope, FailureContext, Payload, reply};
use crate::api::urls::Urls;
use crate::api::view::UserView;
use crate::api::viewer::Viewer;

/// A user.
#[derive(Serialize, ToSchema)]
pub(crate) struct Profile<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user: Option<UserView<'a>>,
}

impl<'a> Profile<'a> {
    pub(super) fn of(user: &'a User, urls: &'a Urls) -> Self {
        Self {
            user: Some(UserView::new(user, urls)),
        }
    }
}

impl Payload for Profile<'_> {
    fn of_failure(_: FailureContext) -> Self {
        Self { user: None }
    }
}

/// A user.
#[utoipa::path(
    get, path = "/douyin/user/", tag = "users",
    params(parameters::Owner, parameters::Token),
    responses((status = OK, body = Envelope<Profile>)),
)]
pub(crate) async fn profile(
    State(api): Service,
    viewer: Viewer,
    params: Params,
    urls: Urls,
) -> Answer {
    let owner = params.owner(Some(viewer))?;
    let user = api.douyin.profile(Some(viewer.0), owner).await?;
    reply(&Profile::of(&user, &urls))
}

/// Changes the caller's name, their signature, or both, and answers the user as they are from then on. What is not given stays as it
/// is. An empty parameter counts as one that is not given, here as everywhere: `clear=signature` empties the signature, `clear=avatar` and
/// `clear=background` bring the default picture back. Sessions go on.
#[utoipa::path(
    post, path = "/douyin/user/profile/", tag = "users",
    params(parameters::ProfileTexts, parameters::Token),
    responses((status = OK, body = Envelope<Profile>)),
)]
pub(crate) async fn edit_profile(
    State(api): Service,
    viewer: Viewer,
    params: Params,
    urls: Urls,
) -> Answer {
    let (name, mut signature) = (params.text("name")?, params.text("signature")?);
    let mut picture = None;
    match params.get("clear")? {
        None => {}
        // To be this and to be empty: nobody knows what was meant.
        Some(Emptied::Signature) if signature.is_some() => return Err(Failure::invalid("clear")),
        Some(Emptied::Signature) => signature = Some("".into()),
        Some(Emptied::Picture(kind)) => picture = Some(kind),
    }
    let (name, signature) = (name.as_deref(), signature.as_deref());
    let is_without_texts = name.is_none() && signature.is_none();
    let user = match picture {
        None if is_without_texts => return Err(Failure::missing("name/signature")),
        None => api.douyin.edit_profile(viewer.0, name, signature).await?,
        Some(kind) => {
            // First what may be refused.
            if !is_without_texts {
                api.douyin.edit_profile(viewer.0, name, signature).await?;
            }
            api.douyin.set_picture(viewer.0, kind, None).await?
        }
    };
    reply(&Profile::of(&user, &urls))
}
