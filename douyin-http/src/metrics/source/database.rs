use std::fmt;
use std::sync::Arc;

use douyin_store_sql::ClosableStore;

use crate::metrics::catalog::{
    DATABASE_BATCH, DATABASE_CONNECTS, DATABASE_READERS, DATABASE_READERS_IN_USE,
    DATABASE_READS_REFUSED, DATABASE_READS_WAITING, DATABASE_RETRIES, DATABASE_STATEMENTS,
    DATABASE_TRANSACTION_SECONDS, DATABASE_TRANSACTIONS, DATABASE_WRITE_QUEUE,
    DATABASE_WRITES_QUEUED, DATABASE_WRITES_REFUSED,
};
use crate::metrics::page::Measure;
use crate::metrics::{Page, Source};

impl Source for Arc<dyn ClosableStore> {
    fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        let stats = self.stats();
        let statements = [
            ("read", stats.read_statements),
            ("write", stats.write_statements),
        ];
        page.counters(&DATABASE_STATEMENTS, statements)?;

        let readers = stats.readers;
        page.gauge(&DATABASE_READERS, readers.size)?;
        page.gauge(&DATABASE_READERS_IN_USE, readers.in_use)?;
        page.gauge(&DATABASE_READS_WAITING, readers.waiting)?;
        page.counter(&DATABASE_READS_REFUSED, readers.refused)?;

        let writer = stats.writer;
        page.gauge(&DATABASE_WRITES_QUEUED, writer.queued)?;
        page.gauge(&DATABASE_WRITE_QUEUE, writer.queue)?;
        page.counter(&DATABASE_WRITES_REFUSED, writer.refused)?;
        page.histogram(&DATABASE_BATCH, Measure::Count, &writer.batches)?;
        let committed = &writer.committed_micros;
        page.histogram(&DATABASE_TRANSACTION_SECONDS, Measure::Micros, committed)?;
        let transactions = [
            ("committed", committed.count()),
            ("failed", writer.failed),
            ("unconfirmed", writer.unconfirmed),
        ];
        page.counters(&DATABASE_TRANSACTIONS, transactions)?;
        page.counter(&DATABASE_RETRIES, writer.retries)?;
        let connected = stats.connects.saturating_sub(stats.failed_connects);
        let connects = [("connected", connected), ("failed", stats.failed_connects)];
        page.counters(&DATABASE_CONNECTS, connects)
    }
}
