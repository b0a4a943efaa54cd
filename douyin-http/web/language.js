//! The language of the page, Chinese where the browser prefers it, English otherwise; and numbers and times as people read them in it.

/// `zh` or `en`.
export const language = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === 'zh' || tag === 'en') ?? 'en';

const lang = language === 'zh' ? 'zh-CN' : 'en';
document.documentElement.lang = lang;

/// The texts of a part of the page, each in English and in Chinese: `const t = texts({ hello: ['Hello {name}', '你好 {name}'] })`,
/// `t('hello', { name })`. Numbers are written as people read them; `{s}` is the plural of what an English text has `{count}` of.
export function texts(table) {
  return (key, given) => {
    const values = { s: given?.count === 1 ? '' : 's', ...given };
    const text = table[key][language === 'zh' ? 1 : 0];
    return text.replace(/\{(\w+)\}/g, (_, name) => (Number.isFinite(values[name]) ? count(values[name]) : values[name]));
  };
}

const compact = new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 });
const time = { hour: '2-digit', minute: '2-digit' };
const clock = new Intl.DateTimeFormat(lang, time);
const date = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric', ...time });

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
