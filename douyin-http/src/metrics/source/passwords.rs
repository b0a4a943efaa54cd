use std::fmt;
use std::sync::Arc;

use douyin_core::BcryptHasher;

use crate::metrics::catalog::{
    PASSWORD_SECONDS, PASSWORDS_REFUSED, PASSWORDS_RUNNING, PASSWORDS_WAITING,
};
use crate::metrics::page::Measure;
use crate::metrics::{Page, Source};

impl Source for Arc<BcryptHasher> {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        page.histogram(&PASSWORD_SECONDS, Measure::Micros, &stats.micros)?;
        page.gauge(&PASSWORDS_RUNNING, stats.running)?;
        page.gauge(&PASSWORDS_WAITING, stats.waiting)?;
        page.counter(&PASSWORDS_REFUSED, stats.refused)
    }
}
