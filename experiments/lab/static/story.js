// Following one dot: the same person on both sides, day by day, in the server's words.
import { LOST } from './dots.js';
import { make } from './format.js';
import { inWords, t } from './words.js';

const INTENT = 4;

/** Writes both lives of a dot. */
export function writeStory(place, story, labels, dot) {
  place.replaceChildren(...inWords(story).map((lines, k) => make('div', { class: k ? 'b' : 'a' }, make('h3', {}, t('life_of', { dot, label: labels[k] })),
    make('ol', { tabindex: 0, 'aria-label': t('life_of', { dot, label: labels[k] }) }, lines.map((line) => make('li', { 'data-day': dayOf(line) }, line))))));
}

/** The first day a line tells of; nothing where it tells of none. */
function dayOf(line) {
  return line.match(/^(?:days?|第)\s*(\d+)/)?.[1] ?? '';
}

/** Marks the lines that have happened by a day. */
export function markStory(place, day) {
  for (const list of place.querySelectorAll('ol')) {
    let now = null;
    for (const one of list.children) {
      if (one.dataset.day !== '' && Number(one.dataset.day) <= day) now = one;
    }
    for (const one of list.children) one.classList.toggle('now', one === now);
    if (now) list.scrollTop = now.offsetTop - list.offsetTop - list.clientHeight / 2;
  }
}

/** Which dots ever come to a stage on a side. */
function reach(side, stage) {
  const out = new Set();
  for (let k = 0; k < side.moves.length; k += 3) if (side.moves[k + 2] === stage) out.add(side.moves[k + 1]);
  return out;
}

/** People worth following, those among the dots first: who buys, who buys on one side only, who is lost after wanting the car. */
export function worthFollowing(sides, kind) {
  const [here, there] = sides.map((side) => new Set(side.buyers));
  if (kind !== 'lost') return [...new Set([...here, ...there])].filter((one) => kind === 'buyer' || here.has(one) !== there.has(one)).sort((a, b) => a - b);
  const wanted = sides.map((side) => reach(side, INTENT));
  const lost = sides.map((side) => reach(side, LOST));
  const near = lost.flatMap((some, k) => [...some].filter((dot) => wanted[k].has(dot)));
  return near.length ? near : [...lost[0]];
}
