//! Any bytes: recognising them ends, without a panic, and costs and answers what is promised. The promise is the one that
//! the tests check.

#![no_main]

#[path = "../../tests/recognise/counting.rs"]
#[expect(dead_code, reason = "the tests also ask for reasons")]
mod counting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _recognised_or_refused = counting::recognise_bytes(bytes);
});
