use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Records the statements of this thread, on which a test's runtime runs all of its tasks.
pub(crate) struct Watched {
    seen: Arc<Mutex<Seen>>,
    _guard: DefaultGuard,
}

#[derive(Default)]
struct Seen {
    /// The statements since the last call of `take`.
    statements: Vec<String>,
    /// Every field of every event.
    everything: String,
}

impl Watched {
    pub(crate) fn start() -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let watcher = Watcher(Arc::clone(&seen));
        let subscriber = tracing_subscriber::registry().with(watcher);
        Self {
            seen,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// The statements since the last call: the verb of each, and the table that it changes.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen().statements)
    }

    /// Every field of every event so far.
    pub(crate) fn everything(&self) -> String {
        self.seen().everything.clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

struct Watcher(Arc<Mutex<Seen>>);

impl<S: Subscriber> Layer<S> for Watcher {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "douyin_store_sql::statement" {
            event.record(&mut *self.0.lock().unwrap());
        }
    }
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, text: &str) {
        self.record_debug(field, &text);
        if field.name() == "text" {
            self.statements.push(shortened(text));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.everything, "{field}: {value:?}").unwrap();
    }
}

fn shortened(text: &str) -> String {
    let mut words = text.split([' ', '(']);
    let verb = words.next().unwrap();
    let shown = match verb {
        "INSERT" | "DELETE" => 2,
        "UPDATE" => 1,
        _ => 0,
    };
    words.take(shown).fold(verb.to_owned(), |shortened, word| {
        format!("{shortened} {word}")
    })
}
