// A lesson on the page: its words, its task, and how the task stands by the results.
import { make } from './format.js';
import { inWords, t } from './words.js';

const MARKS = { passed: '✓', failed: '✗', open: '…' };

/** Writes a lesson; `guess` says how the prediction fared, `leave` closes it. */
export function writeLesson(place, lesson, number, task, guess, leave) {
  const state = task?.state ?? 'open';
  const hint = make('details', {}, make('summary', {}, t('hint')), make('p', {}, inWords(lesson.hint)));
  hint.open = place.querySelector('details')?.open ?? false;
  const checks = (task?.checks ?? []).map((one) => make('li', {}, make('span', { class: `state ${one.state}`, 'aria-label': t(`check_${one.state}`) }, MARKS[one.state]), inWords(one.told)));
  place.replaceChildren(
    make('div', {}, make('p', { class: 'number' }, t('lesson_number', { number })), make('h2', {}, inWords(lesson.title)), make('p', {}, inWords(lesson.story))),
    make('div', {}, make('p', { class: 'task' }, inWords(lesson.task)), make('ul', {}, checks), make('p', { class: `verdict ${state}`, 'data-state': state }, t(`lesson_${state}`)), guess ? make('p', { class: 'guess' }, guess) : null,
      state === 'passed' ? make('p', {}, inWords(lesson.debrief)) : hint, make('div', { class: 'row' }, make('button', { on: { click: leave } }, t('lesson_leave')))));
  place.hidden = false;
}
