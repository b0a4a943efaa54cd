//! Every metric there is.

/// A metric: all there is to know of it but its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description {
    /// Its name, without what its kind adds to it.
    pub name: &'static str,
    /// What kind of number it is.
    pub kind: Kind,
    /// What tells its series apart. No client chooses any of their values.
    pub labels: &'static [&'static str],
    /// What it tells, as a sentence without its full stop.
    pub help: &'static str,
}

/// A kind of metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; written with `_total` behind its name.
    Counter,
    /// As it is now.
    Gauge,
    /// How large what happened was; written as `_bucket`, `_sum` and `_count`.
    Histogram,
    /// Texts in labels; written as 1, with `_info` behind its name.
    Info,
}

impl Description {
    /// The names that its numbers are written with.
    #[must_use]
    pub fn series(&self) -> Vec<String> {
        let suffixes: &[&str] = match self.kind {
            Kind::Counter => &["_total"],
            Kind::Gauge => &[""],
            Kind::Histogram => &["_bucket", "_sum", "_count"],
            Kind::Info => &["_info"],
        };
        let name = self.name;
        suffixes
            .iter()
            .map(|suffix| format!("{name}{suffix}"))
            .collect()
    }

    /// Its row of the table in `docs/METRICS.md`.
    fn row(&self) -> String {
        let name = match self.kind {
            Kind::Histogram => self.name.to_owned(),
            _ => self.series().concat(),
        };
        let kind = match self.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            Kind::Info => "info",
        };
        let labels: Vec<_> = self
            .labels
            .iter()
            .map(|label| format!("`{label}`"))
            .collect();
        let labels = labels.join(", ");
        format!("| `{name}` | {kind} | {labels} | {} |\n", self.help)
    }
}

/// Every metric as a table in Markdown.
#[must_use]
pub fn reference() -> String {
    let head = "| metric | kind | labels | what it tells |\n|---|---|---|---|\n";
    let rows = METRICS.iter().map(Description::row);
    std::iter::once(head.to_owned()).chain(rows).collect()
}

/// Makes constants and [`METRICS`] of one table, so that a metric is written down once.
macro_rules! metrics {
    ($($constant:ident: $kind:ident = $name:literal, [$($label:literal),*], $help:literal;)*) => {
        $(pub(super) const $constant: Description = Description {
            name: $name,
            kind: Kind::$kind,
            labels: &[$($label),*],
            help: $help,
        };)*

        /// Every metric there is, in the order in which they are explained.
        pub const METRICS: &[Description] = &[$($constant),*];
    };
}

metrics! {
    HTTP_REQUESTS: Counter = "douyin_http_requests", ["route", "method", "status", "status_code"],
        "Requests that were answered: by the route that they matched, or `(none)`; by their method, or `other`; by HTTP status; and by the `status_code` in the answer, which is where most failures are, empty for what has none";
    HTTP_REQUEST_SECONDS: Histogram = "douyin_http_request_duration_seconds", ["route"],
        "Time from a request's head to its answer's, which includes the body that came in and not the one that goes out";
    HTTP_REQUESTS_IN_FLIGHT: Gauge = "douyin_http_requests_in_flight", [],
        "Requests that are being handled";
    HTTP_REQUESTS_ABANDONED: Counter = "douyin_http_requests_abandoned", ["route"],
        "Requests whose client went away before the answer";
    HTTP_CONNECTIONS: Gauge = "douyin_http_connections", [],
        "Open connections";

    ADMISSION_PLACES: Gauge = "douyin_admission_places", ["kind"],
        "Requests of a kind that may be handled at the same time: `reads`, `writes`, `sign-ins`, `media`";
    ADMISSION_TAKEN: Gauge = "douyin_admission_places_taken", ["kind"],
        "How many of these places are taken";
    ADMISSION_REFUSED: Counter = "douyin_admission_refused", ["kind"],
        "Requests that were answered 503 at once for want of a place";

    DATABASE_STATEMENTS: Counter = "douyin_database_statements", ["kind"],
        "Statements that the database was given: `read`, or `write` within write transactions";
    DATABASE_READERS: Gauge = "douyin_database_readers", [],
        "Connections that may read at the same time";
    DATABASE_READERS_IN_USE: Gauge = "douyin_database_readers_in_use", [],
        "Connections that are reading";
    DATABASE_READS_WAITING: Gauge = "douyin_database_reads_waiting", [],
        "Reads that wait for a connection";
    DATABASE_READS_REFUSED: Counter = "douyin_database_reads_refused", [],
        "Reads that were answered 503 because too many waited, or because they had waited for too long";
    DATABASE_WRITES_QUEUED: Gauge = "douyin_database_writes_queued", [],
        "Writes that wait for the next transaction";
    DATABASE_WRITE_QUEUE: Gauge = "douyin_database_write_queue_size", [],
        "Writes that may wait";
    DATABASE_WRITES_REFUSED: Counter = "douyin_database_writes_refused", [],
        "Writes that were answered 503 because the queue stayed full";
    DATABASE_BATCH: Histogram = "douyin_database_batch_writes", [],
        "Writes that were taken from the queue to share a transaction";
    DATABASE_TRANSACTION_SECONDS: Histogram = "douyin_database_transaction_duration_seconds", [],
        "Time of write transactions that were committed, from their beginning to the end of the commit";
    DATABASE_TRANSACTIONS: Counter = "douyin_database_transactions", ["outcome"],
        "Write transactions: `committed`; `failed`, whose writes were tried again one by one or failed; `unconfirmed`, of which nobody knows whether they were committed";
    DATABASE_RETRIES: Counter = "douyin_database_transaction_retries", [],
        "Write transactions that were tried again after a conflict with another one, or for want of a lock";
    DATABASE_CONNECTS: Counter = "douyin_database_connects", ["outcome"],
        "Attempts to connect to the database: `connected` or `failed`";

    PASSWORD_SECONDS: Histogram = "douyin_password_hash_duration_seconds", [],
        "Time that hashing or checking a password took, without waiting for its turn";
    PASSWORDS_RUNNING: Gauge = "douyin_password_hashes_running", [],
        "Passwords that are being hashed or checked";
    PASSWORDS_WAITING: Gauge = "douyin_password_hashes_waiting", [],
        "Logins and registrations that wait for their turn";
    PASSWORDS_REFUSED: Counter = "douyin_password_hashes_refused", [],
        "Logins and registrations that were answered 503 because too many waited";

    RATE_LIMITED: Counter = "douyin_rate_limited", ["action"],
        "Requests that were answered 429 because an address or an account did too much of one thing, by what the `limits` settings call it";

    UPLOADS_RUNNING: Gauge = "douyin_uploads_running", [],
        "Uploads from the first byte of their file to their answer";
    UPLOADS_LIMIT: Gauge = "douyin_uploads_limit", [],
        "Uploads that may run at the same time; the next is answered 503. Why others were refused is told by `douyin_http_requests_total` of `/douyin/publish/action`";
    UPLOADS_STORING: Gauge = "douyin_uploads_storing", [],
        "Uploads that have come in and are being recognised, given a cover and stored";
    UPLOAD_STORING_SECONDS: Histogram = "douyin_upload_storing_duration_seconds", [],
        "Time that this took, whether or not the upload was refused in the end";
    UPLOADED_BYTES: Counter = "douyin_upload_received_bytes", [],
        "Bytes of video files that came in, also of those that were refused later";
    COVERS: Counter = "douyin_covers", ["source"],
        "Covers: a `frame` of the video by ffmpeg; a `key_frame` by the decoder that is built in; `generated` for want of a decoder; generated because that `failed` or took too long (`timeout`)";
    MEDIA_SENT_BYTES: Counter = "douyin_media_sent_bytes", [],
        "Bytes of videos and pictures that were read to be sent";
    JOBS: Gauge = "douyin_jobs", ["kind", "state"],
        "Jobs of all servers on the database together, counted every five seconds and of each kind up to 10,000: `due`, to be done `later`, `running`, or `failed` and not tried again; missing while the database does not tell";
    JOB_ATTEMPTS: Counter = "douyin_job_attempts", ["kind", "outcome"],
        "Attempts of this server at jobs that were `done`; that `failed` and are tried again; that were the last (`given_up`); that failed for good because of the video (`rejected`); whose job another server took over (`lost`); or that were `given_back` at a shutdown";
    PREPARE_SECONDS: Histogram = "douyin_prepare_duration_seconds", [],
        "Time that preparing a video took, of those that were done";
    BUCKET_CONNECTED: Gauge = "douyin_bucket_connected", [],
        "1 while the bucket is asked; 0 while the circuit breaker is open. This and the next where media lies in a bucket";
    BUCKET_REQUESTS: Counter = "douyin_bucket_requests", ["outcome"],
        "Requests to the bucket, retries included: `answered`, `failed` (no answer, or 5xx), or not sent while the breaker was open (`refused`)";

    CACHE_HITS: Counter = "douyin_cache_hits", ["kind"],
        "Reads that were answered by what is remembered, or by what somebody else read at the same time: pages of the `feed` and of `comments`, `profiles`, `videos`, and `marks`, what a viewer likes and follows of a page. This and the other metrics of the cache where there is one";
    CACHE_MISSES: Counter = "douyin_cache_misses", ["kind"],
        "Reads of the database on behalf of the cache";
    CACHE_BYPASSES: Counter = "douyin_cache_bypasses", ["kind"],
        "Reads that were passed through to the database because of what the viewer wrote just now";
    CACHE_ENTRIES: Gauge = "douyin_cache_entries", ["kind"],
        "Answers that are remembered";

    REDIS_CONNECTED: Gauge = "douyin_redis_connected", [],
        "1 while operations are tried; 0 while the circuit breaker is open. This and the other metrics of Redis where there is one";
    REDIS_CONNECTS: Counter = "douyin_redis_connects", ["outcome"],
        "Attempts to connect to Redis: `connected` or `failed`";
    REDIS_OPERATIONS: Counter = "douyin_redis_operations", ["outcome"],
        "Operations: `answered`, not in time (`timeout`), or `failed`";
    REDIS_WRITES: Counter = "douyin_redis_writes", ["outcome"],
        "Writes of which all other nodes were `told`, or which waited until nobody remembered anything older (`waited`)";
    REDIS_VIEWERS: Counter = "douyin_redis_viewers", ["outcome"],
        "Viewers who might be shown what is `remembered`; who might not, because they wrote just now (`wrote`), or because that was not known (`uncertain`)";
    REDIS_REVOCATIONS: Counter = "douyin_redis_revocations", [],
        "Revocations of sessions that this process was told of";

    REVOCATIONS: Gauge = "douyin_revocations", [],
        "Sessions that have ended before their time, and users all of whose sessions have, that this process knows of";
    REVOCATIONS_DEAF: Gauge = "douyin_revocations_deaf", [],
        "1 while it has not been able to ask the database for ten seconds which sessions have ended elsewhere; 0 otherwise";

    NODE_NUMBER: Gauge = "douyin_node_number", [],
        "The leased node number; missing without a lease";
    NODE_READY: Gauge = "douyin_node_ready", [],
        "1 while ids can be made, which needs a lease that reaches far enough; 0 otherwise";

    RELOADS: Counter = "douyin_configuration_reloads", ["outcome"],
        "How often the configuration was read again: `applied`, or `refused`, so that the old one stayed";

    BUILD: Info = "douyin_build", ["version"],
        "The version of the program";
    RUNTIME_WORKERS: Gauge = "douyin_runtime_workers", [],
        "Threads that run tasks";
    RUNTIME_BUSY_SECONDS: Counter = "douyin_runtime_busy_seconds", [],
        "Time that these threads were busy, all together";
    RUNTIME_TASKS: Gauge = "douyin_runtime_tasks", [],
        "Tasks that have not ended";
    RUNTIME_QUEUE: Gauge = "douyin_runtime_queued_tasks", [],
        "Tasks in the queue that the threads share";
    PROCESS_CPU_SECONDS: Counter = "process_cpu_seconds", [],
        "Processor time that the process has used; this and the other metrics of the process on Linux only";
    PROCESS_RESIDENT_BYTES: Gauge = "process_resident_memory_bytes", [],
        "Memory of the process that is in use";
    PROCESS_OPEN_FILES: Gauge = "process_open_fds", [],
        "Open file descriptors, connections among them";
    PROCESS_MAX_FILES: Gauge = "process_max_fds", [],
        "File descriptors that may be open";
    PROCESS_THREADS: Gauge = "process_threads", [],
        "Threads of the process";
    PROCESS_START_SECONDS: Gauge = "process_start_time_seconds", [],
        "When the process started, in seconds since 1970";
}
