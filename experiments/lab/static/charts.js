// Pictures of a run, drawn as SVG with nothing but attributes, so that they can be saved as they are.
import { brief, make, percent, shape, tableOf, ticks, whole } from './format.js';
import { t } from './words.js';
import { STAGE_KEYS, countsAt, valueAt } from './dots.js';

const INK = '#1f2933';
const MUTED = '#5b6875';
const RULE = '#e3e7ec';
export const COLOURS = ['#0072B2', '#D55E00'];
const INKS = ['#005f96', '#a94a00'];
const DASHES = [null, '7 4'];

function text(x, y, words, about = {}) {
  return shape('text', { x, y, 'font-family': 'Lab, sans-serif', 'font-size': 12.5, fill: MUTED, ...about }, words);
}

function picture(wide, high, about, ...inside) {
  return shape('svg', { viewBox: `0 0 ${wide} ${high}`, role: 'img', 'aria-label': about, width: wide, height: high, xmlns: 'http://www.w3.org/2000/svg' }, inside);
}

/** A card: what was found, what it is, its picture, and the same as a table. */
export function fillCard(card, name, title, sub, svg, table) {
  const open = card.querySelector('details.data')?.open ?? false;
  card.replaceChildren(make('div', { class: 'card-head' }, make('h2', {}, title)), make('p', { class: 'sub' }, sub), ...[svg].flat(),
    ...(table ? [make('details', { class: 'data', open }, make('summary', {}, t('as_table')), table)] : []));
  card.dataset.name = name;
}

/** How wide a picture in a card is drawn, so that its words are as large as those around it. */
function room(card, most) {
  return Math.max(300, Math.min(most, (card.clientWidth || most + 36) - 36));
}

/** Places of labels, apart enough to be read and none below `most`. */
export function apart(wanted, least, most) {
  const order = wanted.map((_, k) => k).sort((i, j) => wanted[i] - wanted[j]);
  const out = [...wanted];
  for (let k = 1; k < order.length; k++) out[order[k]] = Math.max(out[order[k]], out[order[k - 1]] + least);
  const over = Math.max(0, ...out.map((one) => one - most));
  return out.map((one) => one - over);
}

function lines({ wide, high, left = 58, right = 120, series, days, marks, format, about, bandsOf = [], least = 0 }) {
  const [top, bottom] = [14, 26];
  const flat = [...series.flatMap((one) => one.values), ...bandsOf.flatMap((one) => [...one.low, ...one.high])].filter((one) => one !== null);
  const most = Math.max(least, ...flat, 1e-9);
  const low = Math.min(0, ...flat);
  const last = days[days.length - 1];
  const x = (day) => left + ((wide - left - right) * day) / last;
  const y = (value) => high - bottom - ((high - bottom - top) * (value - low)) / (most - low);
  const way = (values) => values.map((one, k) => (one === null ? null : `${x(days[k]).toFixed(1)},${y(one).toFixed(1)}`)).filter(Boolean).join(' ');
  const out = [];
  for (const value of ticks(low, most, 4)) {
    out.push(shape('line', { x1: left, x2: wide - right, y1: y(value), y2: y(value), stroke: value === 0 ? '#9aa5b1' : RULE, 'stroke-width': 1 }));
    out.push(text(left - 8, y(value) + 4, format(value), { 'text-anchor': 'end' }));
  }
  const apartBy = (last > 900 ? 365 : last > 400 ? 182.5 : last > 200 ? 91.25 : 30.4) * (wide < 400 ? 2 : 1);
  for (let day = 0; day <= last; day += apartBy) {
    out.push(text(x(day), high - 6, Math.round(day), { 'text-anchor': day ? 'middle' : 'start' }));
  }
  bandsOf.forEach((one, k) => out.push(shape('polygon', { points: `${way(one.low)} ${way(one.high).split(' ').reverse().join(' ')}`, fill: COLOURS[k], opacity: 0.16 })));
  series.forEach((one, k) => out.push(shape('polyline', { points: way(one.values), fill: 'none', stroke: COLOURS[k], 'stroke-width': 2.2, 'stroke-dasharray': DASHES[k], 'stroke-linejoin': 'round' })));
  const ends = apart(series.map((one) => y(one.values.findLast((value) => value !== null) ?? 0) + 4), 17, high - bottom + 2);
  series.forEach((one, k) => out.push(text(wide - right + 8, ends[k], one.end, { fill: INKS[k], 'font-weight': 700 })));
  out.push(shape('line', { class: 'now', x1: x(marks), x2: x(marks), y1: top - 6, y2: high - bottom, stroke: INK, 'stroke-width': 1, 'stroke-dasharray': '2 3', opacity: 0.6 }));
  const svg = picture(wide, high, about, ...out);
  svg.dataset.left = left;
  svg.dataset.span = (wide - left - right) / last;
  return svg;
}

/** Moves the line of today in every picture that has one. */
export function markDay(day) {
  for (const one of document.querySelectorAll('svg[data-span]')) {
    const x = Number(one.dataset.left) + Number(one.dataset.span) * day;
    const line = one.querySelector('.now');
    line.setAttribute('x1', x);
    line.setAttribute('x2', x);
  }
}

/** The people of both sides by stage on a day, as a table. */
export function crowdTable(place, run, labels, day) {
  const now = run.sides.map((side) => countsAt(side, day));
  const rows = STAGE_KEYS.map((key, stage) => [t(`stage_${key}`), ...now.map((counts) => whole(counts[stage]))]);
  place.replaceChildren(tableOf([t('day', { day: Math.floor(day) }), ...labels], rows));
}

/** Cars ordered so far: the mean of the worlds and its interval. */
export function curve(card, run, labels, day) {
  const { days } = run.sides[0];
  const several = run.answer.rests > 2;
  const series = run.bands.map((one, k) => ({ values: one.mean, end: `${room(card, 1100) < 500 ? 'AB'[k] : labels[k].slice(0, 14)} ${brief(one.mean.at(-1))}` }));
  const wide = room(card, 1100);
  const svg = lines({ wide, high: wide < 500 ? 200 : 270, right: wide < 500 ? 92 : 170, series, days, marks: day, format: brief, about: t('curve_title'), bandsOf: several ? run.bands : [] });
  const rows = quarters(days).map((k) => [days[k], ...run.bands.map((one) => `${whole(one.mean[k])} [${whole(one.low[k])}, ${whole(one.high[k])}]`)]);
  fillCard(card, 'curve', t('curve_title'), t(several ? 'curve_sub' : 'curve_sub_one', { n: run.answer.rests }), svg, tableOf([t('days_axis'), ...labels], rows));
}

function quarters(days) {
  return [0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (days.length - 1)));
}

/** Who has earned what so far, and what for. */
export function money(card, run, labels, day) {
  const wide = room(card, 560);
  const parties = ['maker', 'retailer', 'channel'];
  const now = run.sides.map((side) => {
    const of = (party) => valueAt(side, side.money[party], day);
    return { maker: of('maker'), retailer: of('retailer'), channel: of('maker') + of('retailer') };
  });
  const ends = run.sides.map((side) => side.days.map((_, k) => [side.money.maker[k], side.money.retailer[k], side.money.maker[k] + side.money.retailer[k]]));
  const reach = Math.max(1, ...ends.flat(2).map(Math.abs));
  const below = Math.min(0, ...ends.flat(2));
  const [left, right] = [92, 58];
  const x = (value) => left + ((wide - left - right) * (value - below)) / (Math.max(0, ...ends.flat(2), reach * 0.02) - below || 1);
  const out = [shape('line', { x1: x(0), x2: x(0), y1: 6, y2: 178, stroke: '#9aa5b1' })];
  parties.forEach((party, row) => {
    out.push(text(0, 36 + row * 58, party === 'channel' ? t('channel') : t(`party_${party}`), { fill: INK, 'font-weight': party === 'channel' ? 700 : 400 }));
    now.forEach((one, k) => {
      const y = 14 + row * 58 + k * 19;
      const [from, to] = [Math.min(x(0), x(one[party])), Math.max(x(0), x(one[party]))];
      out.push(shape('rect', { x: from, y, width: Math.max(1, to - from), height: 15, rx: 3, fill: COLOURS[k], opacity: k ? 0.85 : 1 }));
      out.push(text(to + 6, y + 12, brief(one[party] * 1e6), { fill: INKS[k], 'font-weight': 700 }));
    });
  });
  const sum = (side, key) => Math.abs(side.purposes.maker[key] ?? 0) + Math.abs(side.purposes.retailer[key] ?? 0);
  const keys = [...new Set(run.sides.flatMap((side) => parties.slice(0, 2).flatMap((party) => Object.keys(side.purposes[party]))))].sort((one, other) => sum(run.sides[0], other) - sum(run.sides[0], one));
  const rows = keys.map((key) => [t(`purpose_${key}`), ...run.sides.flatMap((side) => [cell(side.purposes.maker[key]), cell(side.purposes.retailer[key])])]);
  const heads = ['', ...labels.flatMap((label) => [`${label}: ${t('party_maker')}`, `${label}: ${t('party_retailer')}`])];
  const lead = now.map((one) => one.channel);
  const about = `${t('money_title')}: ${labels.map((label, k) => `${label} ${brief(lead[k] * 1e6)}`).join(', ')}`;
  fillCard(card, 'money', t('money_title'), t('money_sub'), picture(wide, 184, about, ...out), tableOf(heads, rows));
}

function cell(value) {
  return value === undefined ? '–' : brief(value * 1e6);
}

/** How long people wait for a meeting, and how busy every outlet's salespeople are. */
export function waits(card, run, labels, day) {
  const { days } = run.sides[0];
  const mean = run.sides.map((side) => average(side.waits.wait));
  const reach = room(card, 560);
  const series = run.sides.map((side, k) => ({ values: side.waits.wait, end: t('days_short', { days: mean[k].toFixed(2) }) }));
  const svg = lines({ wide: reach, high: 132, left: 36, right: 74, series, days, marks: day, format: (value) => Number(value.toFixed(2)), about: t('waits_title'), least: 0.2 });
  const out = [];
  run.sides.forEach((side, k) => {
    const y = 16 + k * 30;
    out.push(text(0, y + 12, k ? 'B' : 'A', { fill: INKS[k], 'font-weight': 700 }));
    const sorted = [...side.outlets].sort((one, other) => other[1] - one[1]);
    const wide = Math.min(22, (reach - 80) / Math.max(1, sorted.length));
    sorted.forEach((one, n) => {
      out.push(shape('rect', { x: 22 + n * wide, y, width: Math.max(1, wide - 2), height: 20, rx: 2, fill: COLOURS[k], opacity: 0.1 }));
      const high = 20 * Math.min(1, one[1]);
      out.push(shape('rect', { x: 22 + n * wide, y: y + 20 - high, width: Math.max(1, wide - 2), height: high, rx: 2, fill: COLOURS[k], opacity: 0.85 }));
    });
    const busy = average(sorted.map((one) => one[1]));
    out.push(text(reach, y + 14, sorted.length ? percent(busy) : '–', { fill: INKS[k], 'font-weight': 700, 'text-anchor': 'end' }));
  });
  const strip = picture(reach, 80, t('outlets_sub'), text(0, 8, t('outlets_sub'), {}), shape('g', { transform: 'translate(0 4)' }, out));
  const rows = run.sides.flatMap((side, k) => side.outlets.map((one, n) => [`${labels[k]} ${n + 1}`, one[0], percent(one[1]), whole(one[2]), one[3].toFixed(2)]));
  const waited = quarters(days).map((k) => [days[k], ...run.sides.flatMap((side) => [said(side.waits.wait[k], (one) => one.toFixed(2)), said(side.waits.left[k], percent)])]);
  const heads = [t('days_axis'), ...labels.flatMap((label) => [`${label}: ${t('wait_days')}`, `${label}: ${t('left_queue')}`])];
  const left = make('p', { class: 'sub' }, t('left_mean', { a: percent(average(run.sides[0].waits.left)), b: percent(average(run.sides[1].waits.left)) }));
  const queue = make('p', { class: 'sub' }, t('line_mean', { a: inLine(run.sides[0]), b: inLine(run.sides[1]) }));
  fillCard(card, 'waits', t('waits_title'), t('waits_sub'), [svg, strip, queue, left], make('div', {}, tableOf(heads, waited), tableOf([t('outlet'), t('tier'), t('busy'), t('orders'), t('in_line')], rows)));
}

/** The mean line of an outlet at night. */
function inLine(side) {
  return average(side.outlets.map((one) => one[3])).toFixed(1);
}

function said(value, words) {
  return value === null ? '–' : words(value);
}

function average(values) {
  const known = values.filter((one) => one !== null);
  return known.length ? known.reduce((sum, one) => sum + one, 0) / known.length : 0;
}

/** Who moved on, fell back, left and came round again, of 1,000 people. */
export function flow(card, run, labels, day) {
  const people = run.sides[0].stocks[0].reduce((sum, one) => sum + one, 0);
  const of = (side, ways) => (1000 / people) * ways.reduce((sum, way) => sum + valueAt(side, side.flows[way], day), 0);
  const all = run.sides.map((side) => ({
    on: ['0-1', '1-2', '2-3', '3-4', '4-5', '5-6'].map((way) => of(side, [way])),
    back: [[1, 0, of(side, ['1-0'])], [2, 1, of(side, ['2-1'])], [6, 5, of(side, ['6-5'])]],
    lost: [3, 4, 5, 6].map((from) => [from, of(side, [`${from}-7`])]),
    again: of(side, ['5-3', '6-3']),
    returned: of(side, ['7-1']),
  }));
  const thick = 30 / Math.sqrt(Math.max(1, ...all.flatMap((one) => one.on)));
  const svgs = make('div', { class: 'scroll', tabindex: 0 }, all.map((one, k) => flowOf(one, k, labels[k], thick)));
  const names = (k) => t(`stage_${STAGE_KEYS[k]}`);
  const ways = Object.keys(run.sides[0].flows);
  const rows = ways.map((way) => { const [a, b] = way.split('-').map(Number); return [`${names(a)} → ${names(b)}`, ...run.sides.map((side) => of(side, [way]).toFixed(2))]; });
  fillCard(card, 'flow', t('flow_title'), t('flow_sub'), svgs, tableOf([t('move'), ...labels], rows));
}

function flowOf(one, k, label, thick) {
  const [wide, step, half, mid] = [900, 128, 45, 88];
  const at = (stage) => 58 + stage * step;
  const w = (value) => (value > 0 ? Math.max(1, thick * Math.sqrt(value)) : 0);
  const out = [text(0, 14, label, { fill: INKS[k], 'font-weight': 700, 'font-size': 14 })];
  const short = (value) => (value >= 10 ? whole(value) : value >= 1 ? value.toFixed(1) : value.toFixed(2));
  one.on.forEach((value, stage) => {
    out.push(shape('line', { x1: at(stage) + half, x2: at(stage + 1) - half, y1: mid, y2: mid, stroke: COLOURS[k], 'stroke-width': w(value), opacity: 0.55 }));
    out.push(text((at(stage) + at(stage + 1)) / 2, mid + Math.max(8, w(value) / 2) + 13, short(value), { 'text-anchor': 'middle', fill: INK }));
  });
  for (const [from, to, value] of one.back) out.push(...arch(at(from) - 12, at(to) + 12, mid - 17, 34, w(value), '#9aa5b1', short(value)));
  out.push(...arch(at(5), at(3), mid - 17, 62, w(one.again), '#b45309', `${t('again')} ${short(one.again)}`));
  for (const [from, value] of one.lost) {
    const x = at(from) + 26;
    out.push(shape('path', { d: `M ${x} ${mid + 17} v 24`, stroke: '#9aa5b1', 'stroke-width': w(value), fill: 'none' }));
    out.push(text(x, mid + 56, `${t('left')} ${short(value)}`, { 'text-anchor': 'middle' }));
  }
  for (let stage = 0; stage < 7; stage++) {
    out.push(shape('rect', { x: at(stage) - half, y: mid - 16, width: 2 * half, height: 32, rx: 9, fill: '#fff', stroke: COLOURS[k], 'stroke-width': 1.4 }));
    out.push(text(at(stage), mid + 4.5, t(`stage_${STAGE_KEYS[stage]}`), { 'text-anchor': 'middle', fill: INK }));
  }
  out.push(text(at(0), mid + 56, `${t('returned')} ${short(one.returned)}`, { 'text-anchor': 'middle' }));
  return picture(wide, 154, `${t('flow_title')}: ${label}`, ...out);
}

function arch(x0, x1, y, high, thick, colour, words) {
  if (!thick) return [];
  return [
    shape('path', { d: `M ${x0} ${y} C ${x0} ${y - high}, ${x1} ${y - high}, ${x1} ${y - 5}`, fill: 'none', stroke: colour, 'stroke-width': thick, opacity: 0.6 }),
    shape('path', { d: `M ${x1 - 6} ${y - 7} h 12 l -6 8 z`, fill: colour }),
    text((x0 + x1) / 2, y - high * 0.75 - thick / 2 - 4, words, { 'text-anchor': 'middle', fill: colour === '#9aa5b1' ? MUTED : colour }),
  ];
}

/** Every outcome of both sides and the difference, each with its interval. */
export function outcomes(card, run, labels, inWords) {
  const rows = run.answer.rows.map((row) => [make('span', {}, inWords(row.name), make('small', { class: 'sub' }, ` ${inWords(row.unit)}`)), ...row.sides,
    make('span', { class: row.clear ? 'clear' : '' }, row.gap)]);
  const table = tableOf(['', ...labels, t('difference')], rows, ['', 'a', 'b']);
  fillCard(card, 'table', t('table_title'), t('table_sub', { n: run.answer.rests }), table, null);
}

/** A small picture of the interval of a difference around 0. */
export function forest(gap, unit) {
  if (gap.low === null) return null;
  const reach = (Math.max(Math.abs(gap.low), Math.abs(gap.high)) || 1) * 1.08;
  const x = (value) => 90 + (84 * value) / reach;
  const colour = gap.sign > 0 ? COLOURS[1] : gap.sign < 0 ? COLOURS[0] : '#7b8794';
  return picture(180, 22, `${gap.low} – ${gap.high} ${unit}`,
    shape('line', { x1: 90, x2: 90, y1: 1, y2: 21, stroke: '#9aa5b1' }),
    shape('line', { x1: x(gap.low), x2: x(gap.high), y1: 11, y2: 11, stroke: colour, 'stroke-width': 2.4, 'stroke-linecap': 'round' }),
    shape('circle', { cx: x(gap.mean), cy: 11, r: 4.5, fill: gap.sign ? colour : '#fff', stroke: colour, 'stroke-width': 2 }),
    text(0, 15, 'A', { fill: INKS[0], 'font-weight': 700 }), text(180, 15, 'B', { fill: INKS[1], 'font-weight': 700, 'text-anchor': 'end' }));
}

/** A theme as a small picture. */
export function emblem(theme, number) {
  const turn = (number * 37) % 20;
  const dot = (x, y, r, colour, opacity = 1) => shape('circle', { cx: x, cy: y, r, fill: colour, opacity });
  const out = [];
  if (theme === 'format') {
    [0, 1].forEach((k) => {
      const neck = 9 + ((turn * (k ? 3 : 7) + number) % 13);
      const left = 40 + k * 92;
      out.push(shape('path', { d: `M${left} 12h60L${left + 30 + neck} 38v22l-${2 * neck} 6V38z`, fill: COLOURS[k], opacity: 0.85 }));
    });
  } else if (theme === 'people') {
    for (let k = 0; k < 6; k++) out.push(dot(46 + k * 28, 32 - ((k * 7 + turn) % 9), 7, k % 2 ? COLOURS[1] : COLOURS[0]), shape('path', { d: `M${36 + k * 28} 58a10 12 0 0 1 20 0z`, fill: k % 2 ? COLOURS[1] : COLOURS[0], opacity: 0.5 }));
  } else if (theme === 'reach') {
    for (let k = 4; k > 0; k--) out.push(shape('circle', { cx: 116, cy: 38, r: 7 + k * 8 + turn / 8, fill: 'none', stroke: COLOURS[0], 'stroke-width': 2, opacity: 1.1 - k * 0.22 }));
    out.push(dot(116, 38, 6, COLOURS[1]));
  } else if (theme === 'loop') {
    out.push(shape('path', { d: 'M76 38a40 22 0 1 1 80 0a40 22 0 1 1 -80 0', fill: 'none', stroke: COLOURS[0], 'stroke-width': 5, opacity: 0.7 }));
    for (let k = 0; k < 8; k++) out.push(dot(116 + 40 * Math.cos(k * 0.785 + turn), 38 + 22 * Math.sin(k * 0.785 + turn), 4.5, COLOURS[1]));
  } else {
    for (let k = 0; k < 9; k++) out.push(shape('rect', { x: 44 + k * 17, y: 62 - ((k * k * 3 + turn * 5) % 44), width: 10, height: (k * k * 3 + turn * 5) % 44, rx: 2, fill: k % 3 ? COLOURS[0] : COLOURS[1], opacity: 0.75 }));
  }
  return shape('svg', { viewBox: '0 0 232 74', 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid slice' }, out);
}
