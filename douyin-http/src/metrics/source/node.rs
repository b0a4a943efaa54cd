use std::fmt;
use std::sync::Arc;

use douyin_core::LeasedIds;

use crate::metrics::catalog::{NODE_NUMBER, NODE_READY};
use crate::metrics::{Page, Source};

impl Source for Arc<LeasedIds> {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        if let Some(number) = self.number() {
            page.gauge(&NODE_NUMBER, u32::from(number.get()))?;
        }
        page.gauge(&NODE_READY, u32::from(self.is_ready()))
    }
}
