use std::time::Duration;

use crate::api::{Action, Allowance, RateLimit, ResumableLimits, UploadSlots};
use crate::config::{Config, Limit, Number};

/// How many uploads may come in at the same time, by a configuration.
pub(super) fn upload_slots(config: &Config) -> UploadSlots {
    let slots = UploadSlots::new(config.max_uploads.size());
    UploadSlots {
        of_address: config
            .max_uploads_per_address
            .map_or(slots.of_address, Number::size),
        of_account: config.max_uploads_per_account.size(),
        ..slots
    }
}

/// How many uploads over several requests may be unfinished, by a configuration.
pub(super) fn resumable_uploads(config: &Config) -> ResumableLimits {
    let in_all = config.upload_resumable.size();
    ResumableLimits {
        of_account: config.upload_resumable_per_account.size(),
        of_address: config
            .upload_resumable_per_address
            .map_or(in_all.div_ceil(4), Number::size),
        in_all,
        kept: Duration::from_hours(config.upload_resumable_hours.get().into()),
    }
}

/// How many MiB an account may upload, by a configuration.
pub(super) fn uploaded_megabytes(config: &Config) -> Option<Allowance> {
    let limit = config.limits_upload_mb_per_account.allowance();
    limit.filter(|_| config.limits_enforced)
}

/// How often what may happen, by a configuration.
pub(super) fn rate_limits(config: &Config) -> [(Action, RateLimit); Action::ALL.len()] {
    Action::ALL.map(|action| {
        let (address, account) = settings(config, action);
        let allowance = |limit: Limit| limit.allowance().filter(|_| config.limits_enforced);
        let limit = RateLimit {
            per_address: allowance(address),
            per_account: account.and_then(allowance),
        };
        (action, limit)
    })
}

/// The limits of an action: of an address, and of an account where there is one already.
const fn settings(config: &Config, action: Action) -> (Limit, Option<Limit>) {
    match action {
        Action::Reading => (
            config.limits_reading_per_address,
            Some(config.limits_reading_per_account),
        ),
        Action::Writing => (
            config.limits_writing_per_address,
            Some(config.limits_writing_per_account),
        ),
        Action::Commenting => (
            config.limits_commenting_per_address,
            Some(config.limits_commenting_per_account),
        ),
        Action::Messaging => (
            config.limits_messaging_per_address,
            Some(config.limits_messaging_per_account),
        ),
        Action::Publishing => (
            config.limits_publishing_per_address,
            Some(config.limits_publishing_per_account),
        ),
        Action::Registering => (config.limits_registering_per_address, None),
        Action::LoggingIn => (config.limits_logging_in_per_address, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Flag, Sources};

    fn limits(settings: &[(&str, &str)]) -> [(Action, RateLimit); 7] {
        let flags = settings.iter().map(|(key, value)| Flag {
            name: "--set".to_owned(),
            key: (*key).to_owned(),
            value: (*value).to_owned(),
        });
        let sources = Sources {
            flags: flags.collect(),
            ..Sources::default()
        };
        rate_limits(&Config::load(&sources).unwrap())
    }

    #[test]
    fn a_class_of_a_hundred_behind_one_address_is_within_the_limits() {
        // In ten seconds everybody polls a chat ten times, scrolls through 50 pages and lists, likes all that comes by, and
        // half of them write as fast as they can.
        for (action, each) in [
            (Action::Reading, 60),
            (Action::Writing, 100),
            (Action::Commenting, 20),
            (Action::Messaging, 20),
            (Action::Publishing, 2),
            (Action::Registering, 1),
            (Action::LoggingIn, 3),
        ] {
            let (_, limit) = limits(&[])[action as usize];
            let per_address = limit.per_address.unwrap();
            assert!(per_address.times >= 100 * each, "{action:?}");
            assert!(per_address.window.as_secs() <= 10 || action == Action::Publishing);
            if let Some(per_account) = limit.per_account {
                assert!(per_account.times >= 10 * each, "{action:?}");
            }
        }
    }

    #[test]
    fn limits_are_turned_off_one_by_one_or_all_at_once() {
        let (_, writing) =
            limits(&[("limits.writing_per_account", "off")])[Action::Writing as usize];
        assert_eq!(writing.per_account, None);
        assert!(writing.per_address.is_some());
        let off = limits(&[("limits.enforced", "false")]);
        assert!(off.iter().all(|(_, limit)| *limit == RateLimit::default()));
    }
}
