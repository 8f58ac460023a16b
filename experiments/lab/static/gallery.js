// The dialog's contents: scenarios, lessons, the history of runs, help.
import { emblem } from './charts.js';
import { make } from './format.js';
import { inWords, t } from './words.js';

/** Every scenario by theme, with its picture, its question and its answer: this visit's, else the one that was stored. */
export function galleryOf(list, answers, chosen) {
  const themes = [...new Set(list.map((one) => one.theme))];
  let number = 0;
  return themes.map((theme) => make('section', {}, make('h3', { class: 'theme' }, t(`theme_${theme}`)), make('div', { class: 'cards' },
    list.filter((one) => one.theme === theme).map((one) => make('button', { class: 'pick', 'data-id': one.id, on: { click: () => chosen(one) } }, emblem(theme, number++),
      make('span', {}, inWords(one.question)), make('small', {}, answerOf(one, answers[one.id])))))));
}

/** The one line that answers a scenario; a stored one says when another engine has measured it. */
function answerOf(one, run) {
  if (run && (run.rests > 1 || !one.answer)) return inWords(run.told)[0];
  if (!one.answer) return t('not_run');
  return `${inWords(one.answer.told)}${one.answer.current ? '' : t('other_measure')}`;
}

/** The lessons in their order, with what has been passed. */
export function lessonsOf(list, passed, chosen) {
  return [make('div', { class: 'cards' }, list.map((one, k) => make('button', { class: 'pick', 'data-id': one.id, on: { click: () => chosen(one) } }, emblem(['reach', 'loop', 'people', 'format', 'market'][k % 5], k),
    make('span', {}, `${k + 1}. ${inWords(one.title)}`), make('small', {}, passed.has(one.id) ? `✓ ${t('lesson_passed')}` : inWords(one.task)))))];
}

/** The runs of this visit, the latest first. */
export function historyOf(runs, chosen) {
  if (!runs.length) return [make('p', {}, t('history_empty'))];
  return [make('div', { class: 'cards' }, [...runs].reverse().map((one) => make('button', { class: 'pick', on: { click: () => chosen(one) } },
    make('span', {}, `${inWords(one.question)}${one.changes ? ` · ${t('changes', { count: one.changes })}` : ''}`), make('small', {}, inWords(one.answer.told)[0]))))];
}

/** How the page is read and used. */
export function helpOf() {
  return ['help_what', 'help_dots', 'help_levers', 'help_answer', 'help_keys', 'help_limits'].map((key) => make('p', { class: 'help' }, t(key)));
}
