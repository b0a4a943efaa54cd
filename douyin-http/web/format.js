//! Numbers and times as people read them.

import './language.js';

const { lang } = document.documentElement;
const compact = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

/// 12,345 is `12.3K` in English and `1.2万` in Chinese.
export function count(number) {
  return compact.format(number);
}

/// When something was, from milliseconds since 1970: the time of day, with the date where it was not today.
export function instant(milliseconds) {
  const then = new Date(milliseconds);
  return (then.toDateString() === new Date().toDateString() ? clock : date).format(then);
}

/// `m:ss`.
export function duration(seconds) {
  const whole = Number.isFinite(seconds) ? Math.floor(seconds) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
