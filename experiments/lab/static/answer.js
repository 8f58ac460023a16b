// The answer in the server's words, what it rests on, and the prediction before it.
import { forest } from './charts.js';
import { make } from './format.js';
import { inWords, t } from './words.js';

const SAID = { a: -1, same: 0, b: 1 }; // what a guess says of the sign of the difference

/** Writes the answer of a run. */
export function writeAnswer(place, run, guess) {
  const { answer } = run;
  const gaps = Object.values(answer.gaps);
  const told = inWords(answer.told).map((one, k) => make('div', { class: 'said' }, make('p', { class: `told${gaps[k].sign ? '' : ' open'}` }, one.replaceAll(' %', '\u00a0%')), forest(gaps[k], inWords(gaps[k].unit))));
  place.replaceChildren(...told, make('div', { class: 'rests' }), ...(guess in SAID ? [make('p', { class: 'guess' }, guessWords(guess, answer))] : []));
  writeRests(place, answer);
}

/** Writes how many worlds an answer rests on, and how many are lived so far. */
export function writeRests(place, answer) {
  const bar = make('span', { class: 'bar', 'aria-hidden': 'true' }, make('i'));
  bar.firstChild.style.width = `${(100 * answer.worlds) / answer.planned}%`;
  place.querySelector('.rests').replaceChildren(...(answer.planned > 1 ? [bar] : []),
    make('span', {}, t(answer.rests > 1 || answer.planned > answer.worlds ? 'rests' : 'rests_one', { worlds: answer.worlds, planned: answer.planned, used: answer.rests })));
}

/** How a prediction fared so far. */
function guessWords(guess, answer) {
  const { sign } = answer.gaps.orders;
  const said = SAID[guess];
  if (answer.rests < 2 || (!sign && answer.worlds < answer.planned)) return t('guess_open');
  return t(sign === said ? 'guess_right' : sign ? 'guess_wrong' : 'guess_unclear');
}

/** Asks for a prediction; `given` is called with the value that is guessed, or null where it is left out. */
export function askFirst(place, question, guesses, given) {
  const button = ({ value, words, kind }) => make('button', { class: kind, 'data-guess': value ?? 'skip', on: { click: () => given(value) } }, words);
  place.replaceChildren(make('div', { class: 'predict', role: 'group', 'aria-label': question }, make('p', {}, question), [...guesses, { value: null, words: t('predict_skip') }].map(button)));
}

/** Asks the teacher to reveal. */
export function askReveal(place, reveal) {
  place.replaceChildren(make('div', { class: 'predict' }, make('p', {}, t('predict_noted')), make('button', { class: 'primary', on: { click: reveal } }, t('reveal'))));
}
