use std::fmt;
use std::sync::Arc;

use crate::metrics::catalog::{REVOCATIONS, REVOCATIONS_DEAF};
use crate::metrics::{Page, Source};
use crate::open::SessionKeeper;

impl Source for Arc<SessionKeeper> {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        page.gauge(&REVOCATIONS, self.known().len())?;
        page.gauge(&REVOCATIONS_DEAF, u32::from(self.is_deaf()))
    }
}
