// What happens to the market and when: rows that are added to the scenario's own, the same for both sides.
import { make } from './format.js';
import { inWords, t } from './words.js';

const FIELDS = [
  ['start', { min: 1, step: 1 }, 60], ['factor', { min: 0.01, step: 0.05 }, 0.9], ['length', { min: 1, step: 1 }, 90], ['ramp', { min: 0, step: 1 }, 0],
];

/** Writes the events of a question; `changed` is called when one has been changed, added or taken away. */
export function writeEvents(place, events, drivers, changed) {
  const again = () => { writeEvents(place, events, drivers, changed); changed(); };
  place.replaceChildren(make('p', { class: 'sub' }, t('events_note')), ...events.map((one, k) => rowOf(one, k, drivers, changed, () => { events.splice(k, 1); again(); })),
    make('button', { type: 'button', id: 'add-event', on: { click: () => { events.push({ driver: drivers[0].value, ...Object.fromEntries(FIELDS.map(([name, , usual]) => [name, usual])) }); again(); } } }, t('event_add')));
}

function rowOf(one, k, drivers, changed, remove) {
  const name = t('event_number', { number: k + 1 });
  const driver = make('select', { 'aria-label': `${name}: ${t('event_driver')}`, on: { change: () => { one.driver = driver.value; changed(); } } },
    drivers.map((known) => make('option', { value: known.value }, inWords(known))));
  driver.value = one.driver;
  const fields = FIELDS.map(([field, about]) => {
    const input = make('input', { type: 'number', 'data-field': field, 'aria-label': `${name}: ${t(`event_${field}`)}`, ...about, value: one[field],
      on: { change: () => { one[field] = input.value === '' ? (field === 'length' ? null : 0) : Number(input.value); changed(); } } });
    return make('label', {}, make('span', {}, t(`event_${field}`)), input);
  });
  return make('fieldset', { class: 'event' }, make('legend', {}, make('span', {}, name), make('button', { type: 'button', class: 'about', 'aria-label': `${t('event_remove')} ${k + 1}`, on: { click: remove } }, t('event_remove'))), driver, make('div', { class: 'event-grid' }, fields));
}
