use std::fmt;
use std::sync::Arc;

use crate::api::Gates;
use crate::metrics::catalog::{ADMISSION_PLACES, ADMISSION_REFUSED, ADMISSION_TAKEN};
use crate::metrics::{Page, Source};

impl Source for Arc<Gates> {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        let places = stats.map(|gate| (gate.kind, gate.places));
        page.gauges(&ADMISSION_PLACES, places)?;
        let taken = stats.map(|gate| (gate.kind, gate.taken));
        page.gauges(&ADMISSION_TAKEN, taken)?;
        let refused = stats.map(|gate| (gate.kind, gate.refused));
        page.counters(&ADMISSION_REFUSED, refused)
    }
}
