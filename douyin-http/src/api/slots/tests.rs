use futures_util::FutureExt as _;

use super::*;

fn address(number: u8) -> Uploader {
    Uploader(Some([192, 0, 2, number].into()))
}

fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

/// As many as there are for these.
fn all_for(slots: &Slots, from: Uploader, account: Option<UserId>) -> (Vec<Slot>, Status) {
    let mut taken = Vec::new();
    loop {
        match slots.take(from, account) {
            Ok(slot) => taken.push(slot),
            Err(refused) => return (taken, refused.status()),
        }
    }
}

/// Each by a user of its own.
fn signed_in(slots: &Slots, from: Uploader, many: i64) -> usize {
    let taken: Vec<_> = (1..=many)
        .filter_map(|number| slots.take(from, Some(user(number))).ok())
        .collect();
    taken.len()
}

#[test]
fn one_address_leaves_slots_to_others() {
    let slots = Slots::new(UploadSlots::new(64));
    assert_eq!(signed_in(&slots, address(1), 100), 16);
    assert_eq!(signed_in(&slots, Uploader(None), 100), 64);
    assert_eq!(slots.taken(), 0);
}

#[test]
fn one_account_has_its_share_wherever_it_is() {
    let slots = Slots::new(UploadSlots::new(256));
    let (here, refused) = all_for(&slots, address(1), Some(user(7)));
    assert_eq!((here.len(), refused), (16, Status::TooManyRequests));
    let elsewhere = slots.take(address(2), Some(user(7))).unwrap_err();
    assert_eq!(elsewhere.status(), Status::TooManyRequests);
    assert!(slots.take(address(1), Some(user(8))).is_ok());
    drop(here);
    assert!(slots.take(address(2), Some(user(7))).is_ok());
}

#[test]
fn strangers_leave_half_of_the_slots_to_others() {
    let slots = Slots::new(UploadSlots::new(64));
    let (few, refused) = all_for(&slots, address(1), None);
    assert_eq!((few.len(), refused), (4, Status::TooManyRequests));
    assert!(slots.take(address(1), Some(user(1))).is_ok());
    let many: Vec<_> = (2..=100)
        .filter_map(|number| slots.take(address(number), None).ok())
        .collect();
    assert_eq!((many.len(), slots.taken()), (99, 32));
    assert_eq!(signed_in(&slots, Uploader(None), 100), 32);
}

#[test]
fn who_becomes_known_makes_room_for_others_who_are_not() {
    let slots = Slots::new(UploadSlots::new(2));
    let mut slot = slots.take(Uploader(None), None).unwrap();
    assert!(slots.take(address(2), None).is_err());
    slot.belongs_to(user(1)).unwrap();
    assert!(slots.take(address(2), None).is_ok());
    // A second time it costs no more.
    let most = UploadSlots {
        of_account: 1,
        ..UploadSlots::new(8)
    };
    let slots = Slots::new(most);
    let mut slot = slots.take(address(1), Some(user(1))).unwrap();
    slot.belongs_to(user(1)).unwrap();
    assert!(slots.take(address(2), Some(user(1))).is_err());
}

#[test]
fn what_is_refused_keeps_no_slot() {
    let slots = Slots::new(UploadSlots::new(4));
    let (taken, _) = all_for(&slots, address(1), Some(user(1)));
    assert_eq!(taken.len(), 1);
    drop(taken);
    assert_eq!(slots.taken(), 0);
    assert_eq!(slots.accounts.taken(), 0);
}

#[test]
fn other_limits_count_who_is_there_already() {
    let before = Slots::new(UploadSlots::new(4));
    let taken = before.take(address(1), Some(user(1))).unwrap();
    let mut after = Slots::new(UploadSlots::new(1));
    after.continue_with(&before);
    assert!(after.take(address(2), Some(user(2))).is_err());
    drop(taken);
    assert!(after.take(address(2), Some(user(2))).is_ok());
}

#[test]
fn pictures_have_few_slots_of_their_own_which_strangers_cannot_take() {
    let slots = Slots::of_pictures();
    let (strangers, refused) = all_for(&slots, Uploader(None), None);
    assert_eq!((strangers.len(), refused), (4, Status::Busy));
    assert_eq!(signed_in(&slots, address(1), 100), 4);
    assert_eq!(signed_in(&slots, Uploader(None), 100), 4);
}

/// Which of them somebody else has by now; asked once.
fn lost(slots: &[Slot]) -> Vec<bool> {
    let is_lost = |slot: &Slot| slot.lost().now_or_never().is_some();
    slots.iter().map(is_lost).collect()
}

/// Eight for strangers, of which an address may have four.
fn crowded() -> Slots {
    Slots::new(UploadSlots {
        of_address: 16,
        ..UploadSlots::new(16)
    })
}

#[test]
fn a_newcomer_takes_over_what_runs_longest_of_the_network_that_has_most() {
    let slots = crowded();
    let oldest = [slots.take(address(1), None).unwrap()];
    let (most, refused) = all_for(&slots, address(2), None);
    assert_eq!((most.len(), refused), (4, Status::TooManyRequests));
    let (fewer, refused) = all_for(&slots, address(3), None);
    assert_eq!((fewer.len(), refused), (3, Status::Busy));
    let newcomer = slots.take(address(4), None).unwrap();
    assert_eq!((lost(&oldest), lost(&fewer)), (vec![false], vec![false; 3]));
    assert_eq!(lost(&most), [true, false, false, false]);
    // Two networks have three now: the older one of these.
    let second = slots.take(address(4), None).unwrap();
    assert_eq!(lost(&most), [false, true, false, false]);
    assert_eq!(slots.taken(), 8);
    drop((oldest, most, fewer, newcomer, second));
    assert_eq!(slots.taken(), 0);
}

#[test]
fn where_each_network_has_one_those_without_any_take_turns() {
    let slots = crowded();
    let taken: Vec<_> = (1..=8)
        .map(|number| slots.take(address(number), None).unwrap())
        .collect();
    assert!(slots.take(address(8), None).is_err());
    assert_eq!(lost(&taken), [false; 8]);
    let _newcomer = slots.take(address(9), None).unwrap();
    assert_eq!(lost(&taken)[..2], [true, false]);
}

#[test]
fn what_was_lost_is_nobodys_and_its_end_frees_no_slot() {
    let slots = crowded();
    let (mut lost, _) = all_for(&slots, address(1), None);
    let _others: Vec<_> = (2..=5)
        .map(|number| slots.take(address(number), None).unwrap())
        .collect();
    let _newcomer = slots.take(address(6), None).unwrap();
    let refused = lost[0].belongs_to(user(1)).unwrap_err();
    assert_eq!(refused.status(), Status::Busy);
    drop(lost.remove(0));
    assert_eq!((slots.taken(), slots.accounts.taken()), (8, 0));
}

#[test]
fn who_has_become_known_loses_nothing() {
    let slots = crowded();
    let (mut known, _) = all_for(&slots, address(1), None);
    for (number, slot) in (1..).zip(&mut known) {
        slot.belongs_to(user(number)).unwrap();
    }
    let strangers: Vec<_> = (2..=20)
        .map(|number| slots.take(address(number), None).unwrap())
        .collect();
    assert_eq!(slots.taken(), 12);
    assert_eq!(lost(&known), [false; 4]);
    assert_eq!(
        lost(&strangers),
        [[true; 11].as_slice(), &[false; 8]].concat()
    );
}

#[test]
fn networks_that_are_unknown_neither_take_slots_over_nor_lose_any() {
    let slots = crowded();
    let (unknown, refused) = all_for(&slots, Uploader(None), None);
    assert_eq!((unknown.len(), refused), (8, Status::Busy));
    let refused = slots.take(address(1), None).unwrap_err();
    assert_eq!(refused.status(), Status::Busy);
    assert_eq!(lost(&unknown), [false; 8]);
    drop(unknown);
    let known: Vec<_> = (1..=8)
        .map(|number| slots.take(address(number % 2), None).unwrap())
        .collect();
    assert!(slots.take(Uploader(None), None).is_err());
    assert_eq!(lost(&known), [false; 8]);
}

#[test]
fn a_network_that_has_all_its_slots_takes_over_no_more() {
    let slots = Slots::new(UploadSlots::new(16));
    let by_accounts: Vec<_> = (1..=4)
        .map(|number| slots.take(address(1), Some(user(number))).unwrap())
        .collect();
    let strangers: Vec<_> = (2..=9)
        .map(|number| slots.take(address(number), None).unwrap())
        .collect();
    let refused = slots.take(address(1), None).unwrap_err();
    assert_eq!(refused.status(), Status::TooManyRequests);
    assert_eq!(
        (lost(&by_accounts), lost(&strangers)),
        (vec![false; 4], vec![false; 8])
    );
}

/// One for each of so many users, beginning with this one.
fn of_accounts(slots: &Slots, from: Uploader, first: i64, many: i64) -> Vec<Slot> {
    let users = first..first + many;
    users
        .map(|number| slots.take(from, Some(user(number))).unwrap())
        .collect()
}

#[test]
fn who_is_signed_in_takes_over_from_the_network_that_has_most_and_a_stranger_does_not() {
    let slots = crowded();
    let most = of_accounts(&slots, address(1), 1, 10);
    let fewer = of_accounts(&slots, address(2), 11, 6);
    let refused = slots.take(address(3), None).unwrap_err();
    assert_eq!(refused.status(), Status::Busy);
    assert_eq!(lost(&most), [false; 10]);
    let newcomer = [slots.take(address(3), Some(user(17))).unwrap()];
    assert_eq!(lost(&most)[..2], [true, false]);
    assert_eq!((lost(&fewer), slots.taken()), (vec![false; 6], 16));
    drop(most);
    assert_eq!(slots.taken(), 7);
    drop((fewer, newcomer));
    assert_eq!((slots.taken(), slots.accounts.taken()), (0, 0));
}

#[test]
fn networks_of_accounts_that_have_about_as_many_leave_each_other_alone() {
    let slots = crowded();
    let taken: Vec<_> = (1..=16)
        .map(|number| {
            slots
                .take(address(number), Some(user(number.into())))
                .unwrap()
        })
        .collect();
    for from in [address(1), address(17), Uploader(None)] {
        let refused = slots.take(from, Some(user(17))).unwrap_err();
        assert_eq!(refused.status(), Status::Busy);
    }
    assert_eq!(lost(&taken), [false; 16]);
}

#[test]
fn what_has_come_in_makes_room_for_nobody() {
    let slots = crowded();
    let come_in = of_accounts(&slots, address(1), 1, 12).into_iter();
    let come_in: Vec<_> = come_in.map(|slot| slot.settle().unwrap()).collect();
    let coming = of_accounts(&slots, address(2), 13, 4);
    let newcomer = slots.take(address(3), Some(user(17))).unwrap();
    assert_eq!(lost(&come_in), [false; 12]);
    assert_eq!(lost(&coming), [true, false, false, false]);
    let first = coming.into_iter().next().unwrap();
    assert_eq!(first.settle().unwrap_err().status(), Status::Busy);
    drop((come_in, newcomer));
    assert_eq!(slots.taken(), 0);
}

#[test]
fn two_networks_cannot_keep_all_slots_of_pictures() {
    let slots = Slots::of_pictures();
    let mut taken = of_accounts(&slots, address(1), 1, 4);
    taken.extend(of_accounts(&slots, address(2), 5, 4));
    let newcomer = slots.take(address(3), Some(user(9)));
    assert!(newcomer.is_ok());
    assert_eq!(lost(&taken)[..2], [true, false]);
}
