// The page: asks the server, plays what it answers, and keeps the address in step with what is asked.
import { askFirst, askReveal, writeAnswer, writeRests } from './answer.js';
import { COLOURS, crowdTable, curve, flow, markDay, money, outcomes, waits } from './charts.js';
import { Crowd, crowdWords, nameStages, stretchOf } from './dots.js';
import { writeEvents } from './events.js';
import { brief, dayWords, make } from './format.js';
import { galleryOf, helpOf, historyOf, lessonsOf } from './gallery.js';
import { writeLesson } from './lessons.js';
import { Panel } from './levers.js';
import { body, changesOf, copied, fresh, fromHash, toHash } from './store.js';
import { markStory, worthFollowing, writeStory } from './story.js';
import { inWords, sayAll, speech, t } from './words.js';

const $ = (name) => document.getElementById(name);
const still = matchMedia('(prefers-reduced-motion: reduce)');
const visit = crypto.randomUUID?.() ?? String(Math.random());
const ALONE = { worlds: 1, planned: 1, rests: 1 };
const lab = {
  start: null, asked: null, base: { a: {}, b: {}, market: {} }, run: null, day: 0, playing: false, speed: 1, guess: null, looking: false, looked: null, whole: false, kept: null, later: null, past: [], history: [], answers: {},
  passed: new Set(), followed: null, replay: null, veiled: false, fault: null, answered: 0,
};
let panel;
let crowds;
let listening = null;

// ---- beginning -------------------------------------------------------------------------------------------------------

/** Reads what the page begins with, from the server or, in a replay, from the page itself. */
async function begin() {
  const inside = $('replay');
  lab.start = inside ? JSON.parse(inside.textContent) : await (await fetch('/api/start')).json();
  lab.replay = lab.start.replay ?? null;
  speech.words = lab.start.words;
  nameStages(lab.start.stages);
  crowds = [new Crowd($('dots-a'), COLOURS[0]), new Crowd($('dots-b'), COLOURS[1])];
  listen();
  if (lab.replay) beginReplay();
  else await beginLive();
  requestAnimationFrame(frame);
}

async function beginLive() {
  const { asked, language, engine, classroom } = fromHash(location.hash, lab.start.sizes);
  speech.language = language ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
  lab.asked = asked;
  panel = new Panel(lab.start.levers, leverMoved);
  for (const [key, on] of Object.entries(classroom)) $(key).checked = on;
  speak();
  if (engine && engine !== lab.start.engine) toast(t('other_engine'));
  await open(asked, engine === null);
}

function beginReplay() {
  const { asked, sides, labels, answer, bands, language } = lab.replay;
  document.body.classList.add('replay');
  speech.language = language;
  lab.asked = { ...asked, market: {}, set_a: {}, set_b: {} };
  lab.run = { sides, labels, answer, bands };
  speak();
  take();
  play(true);
}

/** Says everything in the language that holds. */
function speak() {
  sayAll();
  $('language').textContent = speech.language === 'en' ? '中文' : 'English';
  $('language').lang = speech.language === 'en' ? 'zh' : 'en';
  for (const one of $('basis').options) one.textContent = t(`footing_${one.value}`);
  document.title = t('name');
  $('play').textContent = t(lab.playing ? 'pause' : 'play');
  $('toast').textContent = '';
  writeExports();
  if (panel && lab.asked) showLevers();
  complain(lab.fault);
  write();
}

/** Opens a question: its scenario's base values, its levers, and its first run. */
async function open(asked, predict) {
  lab.asked = asked;
  const fault = await readBase();
  writeSizes();
  showLevers();
  if (fault) return complain(fault);
  lab.run = lab.guess = null;
  $('answer').replaceChildren(make('p', { class: 'rests' }, t('coming')));
  writeQuestion();
  veil(predict && $('predict-first').checked);
  return ask();
}

async function readBase() {
  const { a, b, basis } = lab.asked;
  const answer = await fetch(`/api/base?${new URLSearchParams({ a, b, basis })}`);
  const told = await answer.json();
  if (!answer.ok) return () => inWords(told.told).join('\n');
  lab.base = told;
  return null;
}

// ---- asking ----------------------------------------------------------------------------------------------------------

/**
 * Asks the server what has changed: look after look, one at a time and of the newest question, while a lever is being moved; when it is let go
 * (`whole`), the whole question. Whatever was asked before is called off.
 */
async function ask(whole = true) {
  listening?.abort();
  lab.whole = whole;
  if ($('teacher').checked && !lab.veiled) veil(true);
  if (whole) {
    delete document.body.dataset.done;
    saveAddress();
    rememberChange();
  }
  if (lab.looking) return undefined;
  lab.looking = true;
  try {
    while (lab.looked !== body(lab.asked, {})) {
      lab.looked = body(lab.asked, {});
      await listenTo({ preview: true });
    }
  } finally {
    lab.looking = false;
  }
  return lab.whole ? listenTo({}, (listening = new AbortController())) : undefined;
}

/** Keeps what was asked before, so that it can be undone. */
function rememberChange() {
  const now = JSON.stringify(lab.asked);
  if (lab.kept && lab.kept !== now) lab.past.push(lab.kept);
  lab.kept = now;
}

/** Takes every line of an answer; `more` goes with the question. */
async function listenTo(more, { signal } = {}) {
  try {
    const answer = await fetch('/api/run', { method: 'POST', headers: { 'content-type': 'application/json' }, body: body(lab.asked, { page: visit, ...more }), signal });
    const told = answer.ok ? null : (await answer.json()).told;
    complain(told && (() => inWords(told).join('\n')));
    if (answer.ok) for await (const line of linesOf(answer.body)) hear(line);
  } catch (error) {
    if (error.name !== 'AbortError') complain(() => t('gone'));
  }
}

/** The lines of an answer as they come. */
async function* linesOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    for (const one of parts) yield JSON.parse(one);
  }
}

/** Takes one line of an answer. */
function hear(line) {
  if (line.kind === 'part') {
    takePart(line.side, line.sides[0], line.days);
  } else if (line.kind === 'look') {
    lab.run = { ...line, ahead: true, answer: ALONE, bands: line.sides.map(({ orders }) => ({ mean: orders, low: orders, high: orders })), task: lab.run?.task };
    take();
  } else if (line.kind === 'movie') {
    lab.run = line;
    take();
    if (lab.followed !== null) readStory();
    if (!lab.veiled && lab.day === 0) play(true);
  } else if (line.kind === 'count') {
    lab.run.answer.worlds = line.worlds;
    writeRests($('answer'), lab.run.answer);
  } else if (line.kind === 'answer') {
    Object.assign(lab.run, line);
    write();
  } else if (line.kind === 'error') {
    complain(() => inWords(line.told));
  } else if (line.kind === 'done') {
    remember();
  }
}

/** Takes what is to be shown of both sides. */
function take() {
  const { sides } = lab.run;
  const last = sides[0].days.at(-1);
  $('scrub').max = last;
  lab.day = Math.min(lab.day, last);
  if (lab.followed > lastPerson()) lab.followed = null;
  sides.forEach((side, k) => crowds[k].take(side));
  write();
}

/** Takes the beginning of a side's curve, while the rest of its look ahead is being lived. */
function takePart(side, orders, days) {
  if (lab.run?.sides[0].days.at(-1) !== days) return;
  const part = { mean: orders, low: orders, high: orders };
  lab.run = { ...lab.run, ahead: true, answer: ALONE, bands: lab.run.bands.map((one, k) => (k === side ? part : one)) };
  document.body.classList.add('ahead');
  curve($('card-curve'), lab.run, labels(), lab.day);
  document.body.dataset.part = String(Number(document.body.dataset.part ?? 0) + 1);
}

/** Keeps a finished run in the history, and its answer for the gallery. */
function remember() {
  const { asked, run } = lab;
  const changes = changesOf(asked);
  const question = questionWords();
  lab.history.push({ asked: copied(asked), answer: run.answer, question, changes });
  lab.history = lab.history.slice(-30);
  if (!changes && !asked.lesson) lab.answers[asked.scenario] = run.answer;
  if (run.task?.state === 'passed') lab.passed.add(asked.lesson);
  document.body.dataset.done = String((lab.answered += 1)); // gone as soon as something else is asked
}

function questionWords() {
  const lesson = lessonNow();
  if (lesson) return lesson.question;
  const known = lab.start.gallery?.find((one) => one.id === lab.asked.scenario);
  return known?.question ?? lab.start.gallery[0].question;
}

function lessonNow() {
  return lab.asked.lesson ? lab.start.lessons.find((one) => one.id === lab.asked.lesson) ?? null : null;
}

function allowed() {
  return lessonNow()?.levers ?? null;
}

function leverMoved(path, done) {
  lab.guess = lessonNow() ? lab.guess : null;
  ask(done);
}

/** Shows the levers and events of the question; in a locked classroom none can be moved. */
function showLevers() {
  const closed = $('lock').checked;
  panel.closed = closed;
  panel.show(lab.asked, lab.base, allowed());
  writeEvents($('event-rows'), lab.asked.events, lab.start.drivers, () => leverMoved(null, true));
  for (const one of document.querySelectorAll('#event-rows :is(button, select, input), .levers-tools button')) one.disabled = closed;
}

// ---- writing ---------------------------------------------------------------------------------------------------------

function labels() {
  return Object.values((lab.run ?? lab.base).labels[speech.language]);
}

/** Writes everything that a run says: what changes most first; while a lever is being moved, the rest after it is painted. */
function write() {
  if (!lab.run) return lab.base.labels && writeQuestion();
  const { ahead } = lab.run;
  const names = labels();
  document.body.classList.toggle('ahead', Boolean(ahead));
  $('dot-note').textContent = ahead ? t('ahead') : t('dot_note', { dots: lab.run.sides[0].first.length, people: brief(people() / lab.run.sides[0].first.length) });
  writeNames(names);
  curve($('card-curve'), lab.run, names, lab.day);
  draw();
  clearTimeout(lab.later);
  if (ahead) lab.later = setTimeout(writeCards, 30);
  else writeCards();
  return ahead || writeWords(names);
}

/** The pictures below the curve. */
function writeCards() {
  if (!lab.run) return;
  const names = labels();
  money($('card-money'), lab.run, names, lab.day);
  waits($('card-waits'), lab.run, names, lab.day);
  flow($('card-flow'), lab.run, names, lab.day);
  crowdTable($('crowd-table').lastElementChild, lab.run, names, lab.day);
}

/** What is asked, and of whom. */
function writeQuestion() {
  const names = labels();
  names.forEach((name, k) => { $(`key-${k ? 'b' : 'a'}`).textContent = name; });
  $('kicker').textContent = lab.replay ? t('replay_kicker') : t('kicker', { basis: t(`footing_${lab.asked.basis}`), days: lab.asked.days, seed: lab.asked.seed });
  $('question').textContent = lab.replay ? names.join(' · ') : inWords(questionWords());
  $('provenance').textContent = t('provenance', { version: lab.start.version, engine: lab.start.engine });
}

/** What a whole run says in words: the answer, its table, the lesson, and a life that is followed. */
function writeWords(names) {
  writeQuestion();
  writeAnswer($('answer'), lab.run, lab.guess);
  outcomes($('card-table'), lab.run, names, inWords);
  const lesson = lab.replay ? null : lessonNow();
  $('lesson').hidden = !lesson;
  if (lesson) writeLesson($('lesson'), lesson, lab.start.lessons.indexOf(lesson) + 1, lab.run.task, leverGuessWords(), leaveLesson);
  if (lab.followed !== null && lab.story) writeStory($('story'), lab.story, names, lab.followed);
}

function people() {
  return lab.run.sides[0].stocks[0].reduce((sum, one) => sum + one, 0);
}

function writeNames(names) {
  names.forEach((name, k) => {
    const side = lab.run.sides[k];
    $(`name-${k ? 'b' : 'a'}`).replaceChildren(make('span', {}, `${k ? 'B' : 'A'} · ${name}`), make('small', { class: 'sofar' }));
    crowds[k].canvas.setAttribute('aria-label', crowdWords(side, name, lab.day));
  });
}

/** Paints a day. */
function draw() {
  if (!lab.run) return;
  const stretch = stretchOf(daysASecond());
  lab.run.sides.forEach((side, k) => {
    crowds[k].followed = lab.followed;
    crowds[k].draw(lab.day, stretch, still.matches);
    const frames = side.days.filter((one) => one <= lab.day).length - 1;
    const sofar = document.querySelector(`#name-${k ? 'b' : 'a'} .sofar`);
    if (sofar) sofar.textContent = t('sofar', { orders: brief(side.orders[Math.max(0, frames)]) });
  });
  markDay(lab.day);
  $('scrub').value = lab.day;
  $('day').textContent = dayWords(lab.day);
  document.body.dataset.rev = String(Number(document.body.dataset.rev) + 1);
}

function daysASecond() {
  return (lab.speed * (lab.run?.sides[0].days.at(-1) ?? 365)) / 24;
}

let before = 0;
let painted = 0;

/** One frame of the screen: the next part of a day, if it plays. */
function frame(now) {
  const passed = Math.min(0.1, (now - before) / 1000);
  before = now;
  if (lab.run && lab.playing) {
    const last = lab.run.sides[0].days.at(-1);
    lab.day = Math.min(last, lab.day + passed * daysASecond());
    if (lab.day >= last) play(false);
    draw();
  }
  if (lab.run && lab.playing && now - painted > 400) {
    painted = now;
    slowly();
  }
  requestAnimationFrame(frame);
}

/** What need not be written sixty times a second. */
function slowly() {
  const names = labels();
  money($('card-money'), lab.run, names, lab.day);
  flow($('card-flow'), lab.run, names, lab.day);
  if ($('crowd-table').open) crowdTable($('crowd-table').lastElementChild, lab.run, names, lab.day);
  markStory($('story'), lab.day);
}

function play(on) {
  if (on && lab.run && lab.day >= lab.run.sides[0].days.at(-1)) lab.day = 0;
  lab.playing = on;
  $('play').textContent = t(on ? 'pause' : 'play');
}

function seek(day) {
  play(false);
  lab.day = Math.max(0, Math.min(lab.run.sides[0].days.at(-1), day));
  draw();
  slowly();
}

// ---- predicting ------------------------------------------------------------------------------------------------------

function veil(on) {
  lab.veiled = on;
  lab.day = 0;
  play(false);
  document.body.classList.toggle('veiled', on);
  $('predict').hidden = !on;
  if (on) askFirst($('predict'), ...guesses(), predicted);
}

/** What is asked before the reveal, and what may be guessed: who sells more, or in a lesson which lever does it. */
function guesses() {
  const lesson = lessonNow();
  if (lesson && !lesson.predict) return [t('predict_lever'), leverGuesses(lesson)];
  const names = labels();
  return [t('predict'), [{ value: 'a', words: `A ${names[0]}`, kind: 'a' }, { value: 'same', words: t('predict_same') }, { value: 'b', words: `B ${names[1]}`, kind: 'b' }]];
}

/** The levers of a lesson; of a single one, which way it should go. */
function leverGuesses(lesson) {
  const named = lesson.levers.map((path) => ({ value: path, words: inWords(lab.start.levers.find((one) => one.path === path).label) }));
  return named.length > 1 ? named : ['up', 'down'].map((way) => ({ value: `${way} ${named[0].value}`, words: t(`predict_${way}`, { lever: named[0].words }) }));
}

function predicted(guess) {
  lab.guess = guess;
  if ($('teacher').checked) askReveal($('predict'), reveal);
  else reveal();
}

function reveal() {
  veil(false);
  write();
  if (lab.run) play(true);
  $('answer').focus({ preventScroll: true });
}

/** How the guess of a lesson's lever fared, once the task has been passed; else nothing. */
function leverGuessWords() {
  const { guess, asked, run } = lab;
  if (!guess?.includes('.') || run.task?.state !== 'passed') return null;
  const [way, path] = guess.includes(' ') ? guess.split(' ') : [null, guess];
  const start = lessonNow().start.set_b ?? {};
  const moved = (one) => (asked.set_b[one] ?? panel.list.find((lever) => lever.path === one).default) - (start[one] ?? lab.base.b[one] ?? panel.list.find((lever) => lever.path === one).default);
  const right = way ? Math.sign(moved(path)) === (way === 'up' ? 1 : -1) : path in asked.set_b && asked.set_b[path] !== start[path];
  return t(right ? 'guess_right' : 'guess_lever_wrong');
}

// ---- the rest of the page --------------------------------------------------------------------------------------------

/** Says what is wrong, now and after a change of the language; null where all is well. */
function complain(fault) {
  lab.fault = fault;
  $('fault').hidden = !fault;
  $('fault').textContent = fault ? fault() : '';
}

function toast(words) {
  $('toast').textContent = words;
  $('toast').classList.add('on');
  setTimeout(() => $('toast').classList.remove('on'), 3500);
}

function saveAddress() {
  history.replaceState(null, '', `#${toHash(lab.asked, lab.start.sizes, lab.start.engine, speech.language, { teacher: $('teacher').checked, lock: $('lock').checked })}`);
}

function writeSizes() {
  for (const key of ['seed', 'seeds', 'days', 'consumers', 'dots', 'basis']) {
    const place = $(key);
    if (place.options && ![...place.options].some((one) => one.value === String(lab.asked[key]))) place.append(make('option', {}, lab.asked[key]));
    place.value = lab.asked[key];
  }
}

function writeExports() {
  const kinds = ['csv', 'parquet', 'report', 'replay'];
  const links = kinds.map((kind) => make('button', { 'data-form': kind, on: { click: () => fetchFile(kind) } }, t(`export_${kind}`)));
  $('export-list').replaceChildren(...links, make('button', { 'data-form': 'png', on: { click: savePicture } }, t('export_png')),
    ...['curve', 'money', 'waits', 'flow'].map((name) => make('button', { 'data-form': `svg-${name}`, on: { click: () => saveChart(name) } }, t('export_svg', { name: t(`${name}_title`) }))));
}

async function fetchFile(form) {
  if (!lab.run?.run) return toast(t('not_yet'));
  toast(t('making'));
  const answer = await fetch(`/download/${lab.run.run}/${form}?lang=${speech.language}`);
  if (!answer.ok) return toast(t('gone'));
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition'))[1];
  return save(await answer.blob(), name);
}

function save(blob, name) {
  const link = make('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function saveChart(name) {
  const pictures = [...document.querySelectorAll(`#card-${name} svg`)];
  if (!pictures.length) return;
  const whole = pictures[0].cloneNode(false);
  let high = 0;
  for (const one of pictures) {
    const part = one.cloneNode(true);
    part.setAttribute('y', high);
    high += Number(one.getAttribute('height'));
    whole.append(part);
  }
  whole.setAttribute('height', high);
  whole.setAttribute('viewBox', `0 0 ${pictures[0].getAttribute('width')} ${high}`);
  save(new Blob([new XMLSerializer().serializeToString(whole)], { type: 'image/svg+xml' }), `funnel-lab-${name}.svg`);
}

/** Both sides and the answer as one picture. */
function savePicture() {
  const [a, b] = crowds.map((one) => one.canvas);
  const canvas = make('canvas', { width: a.width + b.width + 60, height: a.height + 150 });
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(a, 20, 140);
  pen.drawImage(b, a.width + 40, 140);
  const size = a.width / 30;
  pen.fillStyle = '#1f2933';
  const signs = Object.values(lab.run.answer.gaps).map((gap) => gap.sign);
  inWords(lab.run.answer.told).forEach((line, k) => { pen.font = `${signs[k] ? 'bold ' : ''}${Math.min(size, (1.9 * canvas.width) / line.length)}px Lab, sans-serif`; pen.fillText(line, 20, 36 + k * 30, canvas.width - 40); });
  pen.font = `bold ${size}px Lab, sans-serif`;
  labels().forEach((name, k) => { pen.fillStyle = COLOURS[k]; pen.fillText(`${k ? 'B' : 'A'} · ${name} · ${dayWords(lab.day)}`, 20 + k * (a.width + 20), 116); });
  canvas.toBlob((blob) => save(blob, 'funnel-lab.png'), 'image/png');
}

async function readStory() {
  const dot = lab.followed;
  if (lab.replay) lab.story = lab.replay.stories[dot] ?? { en: [[], []], zh: [[], []] };
  else if (lab.run.run) lab.story = await (await fetch(`/api/story/${lab.run.run}/${dot}`)).json();
  if (dot !== lab.followed) return;
  $('follow-number').value = dot;
  writeStory($('story'), lab.story, labels(), dot);
  markStory($('story'), lab.day);
  draw();
}

function follow(dot) {
  if (dot === null || dot === undefined) return toast(t('nobody'));
  lab.followed = dot;
  if (dot >= lab.run.sides[0].first.length) toast(t('no_dot', { dot }));
  return readStory();
}

/** The highest number that can be followed: in a replay only the dots' lives are told. */
function lastPerson() {
  return (lab.replay ? lab.run.sides[0].first.length : lab.asked.consumers) - 1;
}

function followSome(kind) {
  const some = worthFollowing(lab.run.sides, kind).filter((one) => one <= lastPerson());
  return follow(some[(some.indexOf(lab.followed) + 1) % some.length]);
}

function dialog(head, inside) {
  $('dialog-head').textContent = head;
  $('dialog-body').replaceChildren(...inside);
  $('dialog').showModal();
}

function choose(one) {
  $('dialog').close();
  return open({ ...fresh(lab.start.sizes), seed: lab.asked.seed, a: one.a, b: one.b, basis: one.basis, days: one.days, scenario: one.id }, true);
}

function chooseLesson(one) {
  $('dialog').close();
  const { start } = one;
  return open({ ...fresh(lab.start.sizes), ...copied({ market: {}, set_a: {}, set_b: {}, ...start }), lesson: one.id, scenario: one.id }, true);
}

function leaveLesson() {
  lab.asked.lesson = null;
  lab.asked.scenario = fresh(lab.start.sizes).scenario;
  $('lesson').hidden = true;
  return open(lab.asked, false);
}

function reset() {
  const start = lessonNow()?.start ?? {};
  Object.assign(lab.asked, copied({ market: {}, set_a: {}, set_b: {}, events: [], ...Object.fromEntries(['market', 'set_a', 'set_b', 'events'].filter((key) => key in start).map((key) => [key, start[key]])) }));
  showLevers();
  return ask();
}

function undo() {
  const last = lab.past.pop();
  if (!last) return toast(t('nothing_to_undo'));
  lab.kept = last;
  return open(JSON.parse(last), false);
}

/** Gives side B the levers of side A. */
function copySide() {
  lab.asked.set_b = copied(lab.asked.set_a);
  showLevers();
  return ask();
}

function sizeChanged(key) {
  const place = $(key);
  lab.asked[key] = place.type === 'number' || typeof lab.start.sizes[key] === 'number' ? Number(place.value) : place.value;
  return key === 'basis' ? open(lab.asked, false) : ask();
}

async function share() {
  saveAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    toast(t('copied'));
  } catch {
    toast(location.href);
  }
}

function listen() {
  const click = {
    play: () => play(!lab.playing), step: () => seek(Math.floor(lab.day) + 1), back: () => seek(Math.ceil(lab.day) - 1), share, undo, copy: copySide, reset,
    language: () => { speech.language = speech.language === 'en' ? 'zh' : 'en'; speak(); if (lab.veiled) veil(true); if (!lab.replay) saveAddress(); },
    'open-gallery': () => dialog(t('scenarios'), galleryOf(lab.start.gallery, lab.answers, choose)),
    'open-lessons': () => dialog(t('lessons'), lessonsOf(lab.start.lessons, lab.passed, chooseLesson)),
    'open-history': () => dialog(t('history'), historyOf(lab.history, (one) => { $('dialog').close(); open(copied(one.asked), false); })),
    'open-help': () => dialog(t('help'), helpOf()), close: () => $('dialog').close(),
    'follow-buyer': () => followSome('buyer'), 'follow-lost': () => followSome('lost'), 'follow-parted': () => followSome('parted'),
  };
  for (const [name, what] of Object.entries(click)) $(name).addEventListener('click', what);
  $('scrub').addEventListener('input', () => seek(Number($('scrub').value)));
  $('speed').addEventListener('change', () => { lab.speed = Number($('speed').value); });
  $('follow-number').addEventListener('change', () => follow(Math.max(0, Math.min(lastPerson(), Number($('follow-number').value)))));
  for (const key of ['seed', 'seeds', 'days', 'consumers', 'dots', 'basis']) $(key).addEventListener('change', () => sizeChanged(key));
  $('only-changed').addEventListener('change', () => { panel.only = $('only-changed').checked; if (panel.only) $('more').open = true; panel.filter(); });
  $('find').addEventListener('input', () => panel.filter());
  $('lock').addEventListener('change', () => { showLevers(); saveAddress(); });
  $('teacher').addEventListener('change', saveAddress);
  $('crowd-table').addEventListener('toggle', () => { if (lab.run) slowly(); });
  crowds.forEach((crowd) => crowd.canvas.addEventListener('click', (event) => {
    const dot = lab.run ? crowd.near(event.offsetX, event.offsetY, lab.day, stretchOf(daysASecond())) : null;
    if (dot !== null) follow(dot);
  }));
  document.addEventListener('keydown', pressed);
  window.addEventListener('resize', () => draw());
  window.addEventListener('hashchange', () => location.reload());
  document.addEventListener('click', (event) => { if (!event.target.closest('#exports > summary')) $('exports').open = false; });
  $('dialog').addEventListener('click', (event) => { if (event.target === $('dialog')) $('dialog').close(); });
}

/** Keys: space, arrows, r, ?. */
function pressed(event) {
  const typing = event.target.closest('input, select, button, summary, a, textarea, dialog');
  if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== '?') || !lab.run || (lab.veiled && event.key !== '?')) return;
  const keys = { ' ': () => play(!lab.playing), ArrowRight: () => seek(Math.floor(lab.day) + 1), ArrowLeft: () => seek(Math.ceil(lab.day) - 1), r: () => seek(0), '?': () => $('open-help').click() };
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
}

begin();
