use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use douyin_core::HistogramSnapshot;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType;

use super::{Description, Kind};

/// Something that tells numbers when it is asked.
pub(crate) trait Source: Send + Sync + 'static {
    /// Writes all of them.
    ///
    /// # Errors
    /// Those of the page.
    fn write(&self, page: &mut Page<'_>) -> fmt::Result;
}

/// What numbers are written to.
pub(crate) struct Page<'a>(DescriptorEncoder<'a>);

/// What the integers of a [`HistogramSnapshot`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Microseconds, to be written as seconds.
    Micros,
    /// Things, one by one.
    Count,
}

impl Page<'_> {
    /// A number that only grows.
    pub(crate) fn counter(
        &mut self,
        described: &Description,
        value: impl EncodeCounterValue + Copy,
    ) -> fmt::Result {
        self.begin(described)?.encode_counter(&value, NO_EXEMPLAR)
    }

    /// Numbers that only grow, one for each of the values of the metric's only label.
    pub(crate) fn counters<V: EncodeCounterValue>(
        &mut self,
        described: &Description,
        values: impl IntoIterator<Item = (&'static str, V)>,
    ) -> fmt::Result {
        self.counters_by(
            described,
            values.into_iter().map(|(name, value)| ([name], value)),
        )
    }

    /// Numbers that only grow, one for each of the values of the metric's labels.
    pub(crate) fn counters_by<const LABELS: usize, V: EncodeCounterValue>(
        &mut self,
        described: &Description,
        values: impl IntoIterator<Item = ([&'static str; LABELS], V)>,
    ) -> fmt::Result {
        let names = labels_of::<LABELS>(described)?;
        let mut metric = self.begin(described)?;
        for (of, value) in values {
            let labels: [_; LABELS] = std::array::from_fn(|at| (names[at], of[at]));
            let mut series = metric.encode_family(&labels)?;
            series.encode_counter(&value, NO_EXEMPLAR)?;
        }
        Ok(())
    }

    /// A number as it is now.
    pub(crate) fn gauge(
        &mut self,
        described: &Description,
        value: impl EncodeGaugeValue + Copy,
    ) -> fmt::Result {
        self.begin(described)?.encode_gauge(&value)
    }

    /// Numbers as they are now, one for each of the values of the metric's only label.
    pub(crate) fn gauges<V: EncodeGaugeValue>(
        &mut self,
        described: &Description,
        values: impl IntoIterator<Item = (&'static str, V)>,
    ) -> fmt::Result {
        self.gauges_by(
            described,
            values.into_iter().map(|(name, value)| ([name], value)),
        )
    }

    /// Numbers as they are now, one for each of the values of the metric's labels.
    pub(crate) fn gauges_by<const LABELS: usize, V: EncodeGaugeValue>(
        &mut self,
        described: &Description,
        values: impl IntoIterator<Item = ([&'static str; LABELS], V)>,
    ) -> fmt::Result {
        let names = labels_of::<LABELS>(described)?;
        let mut metric = self.begin(described)?;
        for (of, value) in values {
            let labels: [_; LABELS] = std::array::from_fn(|at| (names[at], of[at]));
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// Texts that do not change.
    pub(crate) fn info(&mut self, described: &Description, values: &[&str]) -> fmt::Result {
        let labels = described.labels.iter().copied();
        let labels: Vec<_> = labels.zip(values.iter().copied()).collect();
        self.begin(described)?.encode_info(&labels.as_slice())
    }

    /// How large what happened was.
    pub(crate) fn histogram(
        &mut self,
        described: &Description,
        measure: Measure,
        counted: &HistogramSnapshot,
    ) -> fmt::Result {
        let mut buckets: Vec<_> = counted
            .buckets
            .iter()
            .map(|(bound, count)| (measure.of(*bound), *count))
            .collect();
        buckets.push((f64::INFINITY, counted.above));
        let sum = measure.of(counted.sum);
        let mut metric = self.begin(described)?;
        metric.encode_histogram::<NoLabelSet>(sum, counted.count(), &buckets, None)
    }

    fn begin<'s>(
        &'s mut self,
        described: &'s Description,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        let kind = match described.kind {
            Kind::Counter => MetricType::Counter,
            Kind::Gauge => MetricType::Gauge,
            Kind::Histogram => MetricType::Histogram,
            Kind::Info => MetricType::Info,
        };
        let Description { name, help, .. } = described;
        self.0.encode_descriptor(name, help, None, kind)
    }
}

impl Measure {
    #[expect(
        clippy::cast_precision_loss,
        reason = "the format knows floating point numbers only; they are exact up to 2^53"
    )]
    fn of(self, value: u64) -> f64 {
        match self {
            Self::Micros => value as f64 / 1e6,
            Self::Count => value as f64,
        }
    }
}

/// The names of a metric's labels, if it has so many.
fn labels_of<const LABELS: usize>(
    described: &Description,
) -> Result<[&'static str; LABELS], fmt::Error> {
    described.labels.try_into().map_err(|_| fmt::Error)
}

const NO_EXEMPLAR: Option<&prometheus_client::metrics::exemplar::Exemplar<NoLabelSet, u64>> = None;

/// Every [`Source`], as the registry asks them. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Sources(Arc<RwLock<Vec<Box<dyn Source>>>>);

impl Sources {
    pub(super) fn add(&self, source: Box<dyn Source>) {
        // A source that panicked has left the list whole.
        let mut sources = self.0.write().unwrap_or_else(PoisonError::into_inner);
        sources.push(source);
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sources")
    }
}

impl Collector for Sources {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let sources = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut page = Page(encoder);
        sources
            .iter()
            .try_for_each(|source| source.write(&mut page))
    }
}
