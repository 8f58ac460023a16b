// Words in the language of the page; every word comes from the server's one catalogue.

export const speech = { language: 'en', words: {} };

/** An entry in the language of the page, its places filled. */
export function t(key, values = {}) {
  const said = speech.words[speech.language]?.[key];
  if (said === undefined) {
    console.error(`no words for '${key}'`);
    return key;
  }
  return said.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** One of two languages of something the server said in both. */
export function inWords(entry) {
  return entry[speech.language];
}

/** Writes the words of every element that names its entry. */
export function sayAll(root = document) {
  document.documentElement.lang = speech.language === 'zh' ? 'zh-CN' : 'en';
  for (const one of root.querySelectorAll('[data-t]')) one.textContent = t(one.dataset.t);
  for (const one of root.querySelectorAll('[data-t-label]')) one.setAttribute('aria-label', t(one.dataset.tLabel));
  for (const one of root.querySelectorAll('[data-t-placeholder]')) one.placeholder = t(one.dataset.tPlaceholder);
}
