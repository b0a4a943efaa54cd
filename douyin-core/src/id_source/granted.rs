use std::task::{Context, Poll, Waker};

use super::{NoIds, layout};
use crate::Timestamp;
use crate::port::Lease;

/// The range that ids are made in, and how far it is used up.
#[derive(Debug, Default)]
pub(super) struct Granted {
    lease: Option<Lease>,
    /// The tick of the last id, of whatever lease.
    last: i64,
    /// Whether more of the range has been asked for than there is, or nearly, since it was last told.
    low: bool,
    waiting: Option<Waker>,
}

impl Granted {
    pub(super) const fn lease(&self) -> Option<&Lease> {
        self.lease.as_ref()
    }

    /// The first millisecond that no id was made in.
    pub(super) fn unused_from(&self) -> Timestamp {
        layout::instant_after(self.last)
    }

    /// Goes on in a new lease.
    pub(super) fn begin(&mut self, lease: Lease) {
        self.lease = Some(lease);
        self.low = false;
    }

    /// Goes on in a lease that reaches further, unless it has ended meanwhile. Answers may come in any order.
    pub(super) fn extend(&mut self, lease: &Lease) {
        if let Some(granted) = self
            .lease
            .as_mut()
            .filter(|granted| same_term(granted, lease))
        {
            granted.until = granted.until.max(lease.until);
            self.low = false;
        }
    }

    /// Makes no more ids of a lease.
    pub(super) fn end(&mut self, lease: &Lease) {
        self.lease.take_if(|granted| same_term(granted, lease));
    }

    /// Whether an id could be made.
    pub(super) fn reaches(&self, now: Timestamp) -> bool {
        self.next_tick(now).is_some()
    }

    /// The next id, and whom to wake: `reserve` milliseconds are what there should be left.
    pub(super) fn next_id(
        &mut self,
        now: Timestamp,
        reserve: i64,
    ) -> (Result<i64, NoIds>, Option<Waker>) {
        let next = self.next_tick(now).zip(self.lease.as_ref());
        let (id, low) = match next {
            Some((tick, lease)) => {
                self.last = tick;
                let left = lease.until.as_millis() - layout::instant_after(tick).as_millis();
                (Ok(layout::id(tick, lease.number)), left < reserve)
            }
            None => (Err(NoIds), true),
        };
        self.low |= low;
        (id, if low { self.waiting.take() } else { None })
    }

    /// Whether the range is running low; tells so once.
    pub(super) fn poll_low(&mut self, context: &Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.low) {
            return Poll::Ready(());
        }
        self.waiting = Some(context.waker().clone());
        Poll::Pending
    }

    fn next_tick(&self, now: Timestamp) -> Option<i64> {
        let lease = self.lease.as_ref()?;
        let first = layout::first_tick(now.max(lease.from));
        let tick = first.max(self.last + 1);
        (tick < layout::first_tick(lease.until)).then_some(tick)
    }
}

fn same_term(one: &Lease, other: &Lease) -> bool {
    (one.number, one.term) == (other.number, other.term)
}
