//! Which fields the server means when it refuses one: numbers of its table of `status_code`s.

/// Too long or too short, not allowed characters, taken.
export const OF_NAMES = [1004, 1010, 5001];

/// Too long or too short.
export const OF_PASSWORDS = [1005];

/// Not the password that it is.
export const OF_PRESENT_PASSWORDS = [2003, 2004];

/// Too long.
export const OF_SIGNATURES = [1009];
