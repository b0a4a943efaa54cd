use std::fmt;

use crate::metrics::catalog::RELOADS;
use crate::metrics::{Page, Source};
use crate::open::Reloads;

impl Source for Reloads {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let reloads = [("applied", self.applied()), ("refused", self.refused())];
        page.counters(&RELOADS, reloads)
    }
}
