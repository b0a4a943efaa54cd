use std::error::Error;
use std::fmt;
use std::sync::Arc;

use douyin_core::StoreError;

/// A failure for another one of those who waited for the same load.
pub(super) fn again(failure: &Arc<StoreError>) -> StoreError {
    match &**failure {
        StoreError::NotFound(entity) => StoreError::NotFound(*entity),
        StoreError::Taken => StoreError::Taken,
        StoreError::Corrupt(what) => StoreError::Corrupt(what.clone()),
        _ => StoreError::Unavailable(Box::new(Shared(Arc::clone(failure)))),
    }
}

/// What made a store unavailable to several callers at once.
#[derive(Debug)]
struct Shared(Arc<StoreError>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(cause) => fmt::Display::fmt(cause, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()?.source()
    }
}
