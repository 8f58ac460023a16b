// Elements and numbers.
import { speech, t } from './words.js';

const SVG_SPACE = 'http://www.w3.org/2000/svg';

/** An HTML element with attributes and children; `on` holds what it listens to. */
export function make(tag, about = {}, ...inside) {
  return dressed(document.createElement(tag), about, inside);
}

/** The same for a picture. */
export function shape(tag, about = {}, ...inside) {
  return dressed(document.createElementNS(SVG_SPACE, tag), about, inside);
}

function dressed(one, about, inside) {
  for (const [name, value] of Object.entries(about)) {
    if (name === 'on') for (const [event, what] of Object.entries(value)) one.addEventListener(event, what);
    else if (value === true) one.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) one.setAttribute(name, value);
  }
  one.append(...inside.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return one;
}

/** A whole number with commas. */
export function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** A number as short as people say it: 24 M, 1.2 k; 2400 万. */
export function brief(value) {
  const size = Math.abs(value);
  if (speech.language === 'zh' && size >= 1e4) return size >= 1e8 ? `${cut(value / 1e8)} 亿` : `${cut(value / 1e4)} 万`;
  if (size >= 1e6) return `${cut(value / 1e6)} M`;
  if (size >= 1e4) return `${cut(value / 1e3)} k`;
  return cut(value);
}

/** At most three digits that say something. */
export function cut(value) {
  return value === 0 ? '0' : Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** A share in per cent. */
export function percent(value) {
  return `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;
}

/** A day as people read it. */
export function dayWords(day) {
  return t('day', { day: Math.floor(day) });
}

/** Round numbers from 0 (or below) to about `most`, some `count` of them. */
export function ticks(least, most, count = 4) {
  const raw = (most - least) / count || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * [1, 2, 5, 10].find((k) => k * size >= raw);
  const out = [];
  for (let k = Math.ceil(least / step); k * step <= most + step * 1e-9; k++) out.push(k * step);
  return out;
}

/** A table: heads, then rows of texts or elements. */
export function tableOf(heads, rows, classes = []) {
  return make('div', { class: 'scroll', tabindex: 0 }, make('table', {},
    make('thead', {}, make('tr', {}, heads.map((one, k) => make('th', { scope: 'col', class: classes[k] }, one)))),
    make('tbody', {}, rows.map((row) => make('tr', {}, row.map((one, k) => (k ? make('td', {}, one) : make('th', { scope: 'row' }, one))))))));
}
