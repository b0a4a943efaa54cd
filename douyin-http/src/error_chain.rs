//! Errors with what is behind them.

use std::error::Error;

/// An error with everything behind it, in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        // Some libraries repeat their source in their own message.
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes_each_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot {what}")]
        struct Layer {
            what: &'static str,
            source: Option<Box<Layer>>,
        }
        let layer = |what, source: Option<Layer>| Layer {
            what,
            source: source.map(Box::new),
        };
        let error = layer("start", Some(layer("open", Some(layer("read", None)))));
        assert_eq!(chain(&error), "cannot start: cannot open: cannot read");
        let repeated = layer("start", Some(layer("start", None)));
        assert_eq!(chain(&repeated), "cannot start");
    }
}
