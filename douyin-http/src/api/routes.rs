//! Every route of the API, on one screen.

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes as documented;

use super::endpoint::comment::{CommentAction, CommentList};
use super::endpoint::feed::Feed;
use super::endpoint::lists::{UserList, VideoList};
use super::endpoint::message::MessageList;
use super::endpoint::profile::Profile;
use super::endpoint::relation::FriendList;
use super::endpoint::{
    account, comment, favorite, feed, message, picture, profile, publish, relation, session, upload,
};
use super::error::Failure;
use super::gates::Work;
use super::language::{FallbackLanguage, Language};
use super::layer::Around;
use super::limits::Action;
use super::reply::Payload;
use super::status::Status;
use super::{Api, docs, layer};

/// The endpoints, each with the payload that a failure keeps the shape of, and what limits count it as.
fn endpoints() -> [Endpoint; 26] {
    use Action::{Commenting, LoggingIn, Messaging, Publishing, Reading, Registering, Writing};
    [
        Endpoint::new::<Feed>(Reading, documented!(feed::feed)),
        Endpoint::new::<account::Session>(Registering, documented!(account::register)).hashing(),
        Endpoint::new::<account::Session>(LoggingIn, documented!(account::login)).hashing(),
        Endpoint::new::<Profile>(Reading, documented!(profile::profile)),
        Endpoint::new::<Profile>(Writing, documented!(profile::edit_profile)),
        Endpoint::taking_its_body::<Profile>(Writing, documented!(picture::avatar)),
        Endpoint::taking_its_body::<Profile>(Writing, documented!(picture::background)),
        Endpoint::new::<()>(LoggingIn, documented!(session::log_out)),
        Endpoint::new::<()>(LoggingIn, documented!(session::log_out_everywhere)),
        Endpoint::new::<account::Session>(LoggingIn, documented!(session::change_password))
            .hashing(),
        Endpoint::new::<account::Session>(LoggingIn, documented!(session::renew)),
        Endpoint::taking_its_body::<()>(Publishing, documented!(publish::action)),
        Endpoint::new::<VideoList>(Reading, documented!(publish::list)),
        Endpoint::new::<()>(Writing, documented!(publish::delete)),
        Endpoint::speaking_tus(documented!(upload::options, upload::create)),
        Endpoint::speaking_tus(documented!(upload::look, upload::append, upload::terminate)),
        Endpoint::new::<()>(Writing, documented!(favorite::action)),
        Endpoint::new::<VideoList>(Reading, documented!(favorite::list)),
        Endpoint::new::<CommentAction>(Commenting, documented!(comment::action)),
        Endpoint::new::<CommentList>(Reading, documented!(comment::list)),
        Endpoint::new::<()>(Writing, documented!(relation::action)),
        Endpoint::new::<UserList>(Reading, documented!(relation::follows)),
        Endpoint::new::<UserList>(Reading, documented!(relation::followers)),
        Endpoint::new::<FriendList>(Reading, documented!(relation::friends)),
        Endpoint::new::<()>(Messaging, documented!(message::action)),
        Endpoint::new::<MessageList>(Reading, documented!(message::chat)),
    ]
}

/// The API: the endpoints with and without their trailing slash, `/openapi.json` and `/docs`. It can be nested under a
/// prefix of another router; [media](super::MEDIA_PATH) is then expected under the same one.
pub fn router(api: Arc<Api>) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints() {
        let around = Around {
            api: Arc::clone(&api),
            work: endpoint.work,
            action: endpoint.action,
        };
        let methods = (endpoint.wrap)(endpoint.documented.2, around);
        for path in endpoint.documented.1.paths.keys() {
            router = router
                .route(path, methods.clone())
                .route(path.trim_end_matches('/'), methods.clone());
        }
    }
    let language = FallbackLanguage(api.language);
    let router = router.with_state(api).merge(docs::router(document()));
    with_fallbacks(router).layer(Extension(language))
}

/// The routes with the envelope for unknown paths and wrong methods.
pub fn with_fallbacks(routes: Router) -> Router {
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

/// The OpenAPI document of the API.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = OpenApiRouter::<Arc<Api>>::with_openapi(docs::about());
    for endpoint in endpoints() {
        document = document.routes(endpoint.documented);
    }
    document.into_openapi()
}

struct Endpoint {
    action: Action,
    documented: UtoipaMethodRouter<Arc<Api>>,
    /// Puts the layer around it that reads parameters, counts and shapes failures.
    wrap: fn(Methods, Around) -> Methods,
    work: Work,
}

type Methods = MethodRouter<Arc<Api>>;

impl Endpoint {
    fn new<T: Payload + 'static>(action: Action, documented: UtoipaMethodRouter<Arc<Api>>) -> Self {
        let wrap = |methods: Methods, around| {
            methods.layer(from_fn_with_state(around, layer::with_params::<T>))
        };
        Self {
            action,
            documented,
            wrap,
            work: Work::ByMethod,
        }
    }

    fn taking_its_body<T: Payload + 'static>(
        action: Action,
        documented: UtoipaMethodRouter<Arc<Api>>,
    ) -> Self {
        let wrap = |methods: Methods, around| {
            methods.layer(from_fn_with_state(around, layer::with_body::<T>))
        };
        Self {
            action,
            documented,
            wrap,
            work: Work::ByMethod,
        }
    }

    /// It speaks the tus protocol, takes its body itself, and counts by itself.
    fn speaking_tus(documented: UtoipaMethodRouter<Arc<Api>>) -> Self {
        let wrap = |methods: Methods, around| {
            let enveloped = methods.layer(from_fn_with_state(around, layer::with_body::<()>));
            enveloped.layer(from_fn(upload::protocol::speak))
        };
        Self {
            action: Action::Publishing,
            documented,
            wrap,
            work: Work::ByMethod,
        }
    }

    /// It hashes a password.
    fn hashing(self) -> Self {
        Self {
            work: Work::Hashing,
            ..self
        }
    }
}

async fn not_found(language: Language) -> Response {
    Failure::new(Status::PathNotFound).answer(language)
}

pub(crate) async fn method_not_allowed(language: Language) -> Response {
    Failure::new(Status::MethodNotAllowed).answer(language)
}
