//! Any bytes: cutting them into segments ends, without a panic, and makes what is promised. The promise is the one that the tests check.

#![no_main]

#[path = "../../tests/recognise/rewriting.rs"]
#[expect(dead_code, reason = "the other target puts the index first")]
mod rewriting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _cut_or_refused = rewriting::cut_into_segments(bytes);
});
