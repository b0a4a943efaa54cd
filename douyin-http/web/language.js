//! The language of the page: Chinese where the browser prefers it, English otherwise.

/// `zh` or `en`.
export const language = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === 'zh' || tag === 'en') ?? 'en';

document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';

/// The texts of a part of the page, each in English and in Chinese: `const t = texts({ hello: ['Hello {name}', '你好 {name}'] })`,
/// `t('hello', { name })`.
export function texts(table) {
  return (key, values = {}) => {
    const [english, chinese] = table[key];
    const text = language === 'zh' ? chinese : english;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
}
