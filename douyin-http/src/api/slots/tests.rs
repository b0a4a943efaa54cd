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
fn those_of_whom_nobody_knows_who_they_are_leave_half_of_the_slots_to_others() {
    let slots = Slots::new(UploadSlots::new(64));
    let (few, refused) = all_for(&slots, address(1), None);
    assert_eq!((few.len(), refused), (4, Status::TooManyRequests));
    assert!(slots.take(address(1), Some(user(1))).is_ok());
    drop(few);
    let many: Vec<_> = (1..=100)
        .filter_map(|number| slots.take(address(number), None).ok())
        .collect();
    assert_eq!(many.len(), 32);
    let refused = slots.take(address(101), None).unwrap_err();
    assert_eq!(refused.status(), Status::Busy);
    assert!(slots.take(address(101), Some(user(1))).is_ok());
}

#[test]
fn who_becomes_known_makes_room_for_others_who_are_not() {
    let slots = Slots::new(UploadSlots::new(2));
    let mut slot = slots.take(address(1), None).unwrap();
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
    assert_eq!((slots.unknown.taken(), slots.accounts.taken()), (0, 0));
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
    assert_eq!((strangers.len(), refused), (2, Status::Busy));
    assert_eq!(signed_in(&slots, address(1), 100), 4);
    assert_eq!(signed_in(&slots, Uploader(None), 100), 6);
}
