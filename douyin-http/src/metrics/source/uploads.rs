use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::api::Api;
use crate::metrics::catalog::{RATE_LIMITED, UPLOADS_LIMIT, UPLOADS_RUNNING};
use crate::metrics::{Page, Source};

/// The API as it is served now; none before anything is.
#[derive(Default)]
pub(crate) struct Current(ArcSwapOption<Api>);

impl Current {
    /// Another one comes in its place.
    pub(crate) fn replace(&self, api: &Arc<Api>) {
        self.0.store(Some(Arc::clone(api)));
    }
}

impl Source for Arc<Current> {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let Some(api) = &*self.0.load() else {
            return Ok(());
        };
        let (running, limit) = api.uploads();
        page.gauge(&UPLOADS_RUNNING, running)?;
        page.gauge(&UPLOADS_LIMIT, limit)?;
        let refused = api.refused();
        page.counters(
            &RATE_LIMITED,
            refused.map(|(action, count)| (action.name(), count)),
        )
    }
}
