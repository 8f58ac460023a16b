// Levers, made from the server's list: one row a number, one slider a side; numbers of the market have one for both.
import { brief, cut, make } from './format.js';
import { inWords, t } from './words.js';

const YES_NO = [{ value: true, en: 'yes', zh: '是' }, { value: false, en: 'no', zh: '否' }];

/** All levers of the page. */
export class Panel {
  /** `changed(path, done)` is called while a lever moves (done = false) and when it is let go (true). */
  constructor(list, changed) {
    Object.assign(this, { list, changed, rows: new Map(), allowed: null, only: false, closed: false });
    this.asked = this.base = null;
  }

  /** Shows the levers of a question; `allowed` names the only ones that may be moved, and on side B alone, in a lesson. */
  show(asked, base, allowed) {
    Object.assign(this, { asked, base, allowed });
    const made = `${document.documentElement.lang} ${allowed}`;
    if (this.made !== made) this.build();
    this.made = made;
    for (const row of this.rows.values()) row.forEach((pull) => this.sync(pull));
    this.filter();
  }

  /** Makes the levers group by group; in a lesson those that may be moved, and no others. */
  build() {
    const lesson = this.allowed !== null;
    const [first, more] = ['first-levers', 'more-levers'].map((name) => document.getElementById(name));
    const groups = new Map();
    for (const lever of this.list.filter((one) => !lesson || this.allowed.includes(one.path))) {
      const name = `${lever.first || lesson ? '' : 'more '}${inWords(lever.group)}`;
      groups.set(name, [...(groups.get(name) ?? []), lever]);
    }
    this.rows.clear();
    first.replaceChildren(...(lesson && !groups.size ? [make('p', { class: 'sub' }, t('no_lever'))] : []));
    more.replaceChildren();
    document.getElementById('more').hidden = lesson;
    for (const [name, levers] of groups) {
      if (levers[0].first || lesson) {
        first.append(make('div', { class: 'lever-group' }, make('h3', {}, name), levers.map((one) => this.row(one))));
      } else {
        const inside = make('details', { class: 'more-group' }, make('summary', {}, name.slice(5)));
        inside.levers = levers;
        inside.addEventListener('toggle', () => this.fill(inside));
        more.append(inside);
      }
    }
  }

  /** Makes the rows of a group when they are first seen. */
  fill(group) {
    if (group.filled) return;
    group.filled = true;
    if (group.levers[0].path.startsWith('market.')) group.append(make('p', { class: 'sub' }, t('market_shared')));
    group.append(...group.levers.map((one) => this.row(one)));
    this.filter();
  }

  row(lever) {
    const market = lever.path.startsWith('market.');
    const about = make('button', { class: 'about', type: 'button', 'aria-expanded': 'false', 'aria-label': `${t('about')} ${inWords(lever.label)}`, on: { click: () => this.explain(lever, box) } }, t('about_short'));
    const pulls = (market ? ['m'] : ['a', 'b']).map((side) => this.pull(lever, side));
    const box = make('fieldset', { class: 'lever', 'data-path': lever.path }, make('legend', {}, make('span', {}, inWords(lever.label)), about), pulls.map((one) => one.element));
    box.lever = lever;
    this.rows.set(lever.path, pulls);
    pulls.forEach((one) => this.sync(one));
    return box;
  }

  pull(lever, side) {
    const scale = lever.kind === 'float' && (Math.abs(lever.default ?? 0) >= 1e6 || (lever.slider?.[1] ?? 0) >= 2e6) ? 1e6 : 1;
    const label = `${inWords(lever.label)}${side === 'm' ? '' : ` ${side.toUpperCase()}`}`;
    const one = { lever, side, scale, scope: side === 'm' ? 'market' : `set_${side}` };
    const listen = (read) => ({ input: () => this.set(one, read(), false), change: () => this.set(one, read(), true) });
    if (lever.choices.length || lever.kind === 'bool') {
      const choices = lever.kind === 'bool' ? YES_NO : lever.choices;
      one.select = make('select', { 'aria-label': label, on: { change: () => this.set(one, JSON.parse(one.select.value), true) } },
        lever.optional ? make('option', { value: 'null' }, t('as_format')) : null, choices.map((choice) => make('option', { value: JSON.stringify(choice.value) }, inWords(choice))));
    } else if (lever.kind === 'str') {
      one.text = make('input', { type: 'text', 'aria-label': label, maxlength: 60, on: { change: () => this.set(one, one.text.value, true) } });
    } else {
      const number = (value) => (value === '' ? (lever.optional ? null : this.value(one)) : Number(value) * scale);
      one.number = make('input', { type: 'number', step: 'any', 'aria-label': label, placeholder: lever.optional ? t('as_format') : '', on: { change: () => this.set(one, number(one.number.value), true) } });
      if (lever.slider) {
        const [low, high, step] = lever.slider;
        one.range = make('input', { type: 'range', min: low, max: high, step, 'aria-label': label, on: listen(() => Number(one.range.value)) });
      }
    }
    one.element = make('div', { class: `pull ${side}` }, side === 'm' ? null : make('b', { 'aria-hidden': 'true' }, side.toUpperCase()), one.range ?? null, one.number ?? one.select ?? one.text);
    return one;
  }

  /** The value that a lever starts from. */
  origin(one) {
    const base = this.base[one.side === 'm' ? 'market' : one.side];
    return one.lever.path in base ? base[one.lever.path] : one.lever.default;
  }

  value(one) {
    const own = this.asked[one.scope];
    return one.lever.path in own ? own[one.lever.path] : this.origin(one);
  }

  set(one, value, done) {
    const { path, kind } = one.lever;
    const kept = kind === 'int' && value !== null ? Math.round(value) : value;
    if (kept === this.origin(one)) delete this.asked[one.scope][path];
    else this.asked[one.scope][path] = kept;
    this.sync(one);
    this.changed(path, done);
  }

  /** Shows the value that holds. */
  sync(one) {
    const value = this.value(one);
    if (one.select) one.select.value = JSON.stringify(value);
    if (one.text) one.text.value = value ?? '';
    if (one.range) one.range.value = value ?? (one.lever.slider[0] + one.lever.slider[1]) / 2;
    if (one.number) one.number.value = value === null ? '' : Number((value / one.scale).toPrecision(8));
    one.element.classList.toggle('changed', one.lever.path in this.asked[one.scope]);
    const locked = this.closed || (this.allowed !== null && one.side === 'a');
    for (const input of one.element.querySelectorAll('input, select')) input.disabled = locked;
    one.element.classList.toggle('locked', locked);
  }

  explain(lever, box) {
    const open = box.querySelector('.explain');
    box.querySelector('.about').setAttribute('aria-expanded', String(!open));
    if (open) {
      open.remove();
      return;
    }
    const meaning = inWords(lever.meaning);
    const choices = lever.kind === 'bool' ? YES_NO : lever.choices;
    const show = (value) => (value === null ? t('as_format') : typeof value === 'number' ? brief(value) : inWords(choices.find((one) => one.value === value) ?? { en: value, zh: value }));
    const allowed = lever.slider || lever.kind === 'int' || lever.kind === 'float' ? `${cut(lever.low)} … ${brief(lever.high)}` : lever.choices.map(inWords).join(', ');
    const parts = [`${meaning[0].toUpperCase()}${meaning.slice(1)}.`, inWords(lever.unit) && `${t('unit')} ${inWords(lever.unit)}`, `${t('default')} ${show(lever.default)}`,
      allowed && `${t('allowed')} ${allowed}`, lever.direction && `${t('direction')} ${inWords(lever.direction)}`, `${t('source')} ${t(`grade_${lever.grade.replaceAll('-', '_')}`)}${lever.source ? ` (${lever.source})` : ''}`, lever.path];
    box.append(make('div', { class: 'explain' }, parts.filter(Boolean).map((one) => make('div', {}, one)),
      make('button', { type: 'button', on: { click: () => this.restore(lever.path) } }, t('reset_one'))));
  }

  /** Locks every lever, or opens them again. */
  lock(closed) {
    this.closed = closed;
    for (const row of this.rows.values()) row.forEach((pull) => this.sync(pull));
  }

  /** Puts one lever back. */
  restore(path) {
    if (this.closed) return;
    for (const scope of ['market', 'set_a', 'set_b']) delete this.asked[scope][path];
    this.rows.get(path).forEach((one) => this.sync(one));
    this.changed(path, true);
  }

  /** Whether a lever was changed, or stands differently on both sides. */
  differs(lever) {
    if (['market', 'set_a', 'set_b'].some((scope) => lever.path in this.asked[scope])) return true;
    const [a, b] = ['a', 'b'].map((side) => this.origin({ lever, side }));
    return lever.path.startsWith('strategy.') && a !== b;
  }

  /** Shows only what differs, or what is looked for. */
  filter() {
    const wanted = document.getElementById('find').value.trim().toLowerCase();
    for (const group of document.querySelectorAll('#more-levers .more-group')) {
      const hit = (lever) => (!this.only || this.differs(lever)) && (!wanted || `${lever.path} ${inWords(lever.label)} ${inWords(lever.group)}`.toLowerCase().includes(wanted));
      const hits = group.levers.filter(hit);
      group.hidden = !hits.length;
      if ((wanted || this.only) && hits.length && hits.length < 40) {
        group.open = true;
        this.fill(group);
      }
      for (const row of group.querySelectorAll('.lever')) row.hidden = !hit(row.lever);
    }
    for (const row of document.querySelectorAll('#first-levers .lever')) row.hidden = this.only && !this.differs(row.lever);
  }
}
