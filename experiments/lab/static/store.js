// What is asked, and the address that says it: only what differs from the defaults, and which engine it was asked of.

export const SIDE_NAMES = ['a', 'b'];
const SCOPES = { A: 'set_a', B: 'set_b', M: 'market' };
const STEMS = { A: 'strategy.', B: 'strategy.', M: 'market.' };

/** A fresh question from the server's defaults. */
export function fresh(sizes) {
  return { ...sizes, market: {}, set_a: {}, set_b: {}, events: [], scenario: 'direct-dealer_4s-format', lesson: null };
}

/** How many numbers and events of a question differ from its scenario's. */
export function changesOf(asked) {
  return [asked.market, asked.set_a, asked.set_b, asked.events].reduce((sum, one) => sum + Object.keys(one).length, 0);
}

/** The question as the part of an address after #; `classroom` says whether answers wait for the teacher and whether levers are locked. */
export function toHash(asked, sizes, engine, language, classroom) {
  const words = new URLSearchParams();
  for (const key of Object.keys(sizes)) if (asked[key] !== sizes[key]) words.set(key, asked[key]);
  if (asked.lesson) words.set('lesson', asked.lesson);
  if (asked.scenario !== fresh(sizes).scenario) words.set('scenario', asked.scenario);
  for (const [letter, scope] of Object.entries(SCOPES)) {
    for (const [path, value] of Object.entries(asked[scope])) words.set(`${letter}.${path.slice(STEMS[letter].length)}`, JSON.stringify(value));
  }
  if (asked.events.length) words.set('events', JSON.stringify(asked.events));
  for (const [key, on] of Object.entries(classroom)) if (on) words.set(key, '1');
  if (language !== 'en') words.set('lang', language);
  words.set('engine', engine);
  return words.toString();
}

/** A question from an address, its language, the engine it was asked of, and the classroom's rules; what is not known is left out. */
export function fromHash(hash, sizes) {
  const asked = fresh(sizes);
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  for (const [key, text] of words) {
    const scope = SCOPES[key.slice(0, 1)];
    if (key in sizes) asked[key] = typeof sizes[key] === 'number' ? Number(text) : text;
    else if (key === 'events') asked.events = [parsed(text)].flat();
    else if (key === 'lesson' || key === 'scenario') asked[key] = text;
    else if (key[1] === '.' && scope) asked[scope][STEMS[key[0]] + key.slice(2)] = parsed(text);
  }
  return { asked, language: words.get('lang'), engine: words.get('engine'), classroom: { teacher: words.has('teacher'), lock: words.has('lock') } };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the server is asked. */
export function body(asked, more) {
  const { scenario, lesson, ...question } = asked;
  return JSON.stringify({ ...question, ...(lesson ? { lesson } : {}), ...more });
}

/** A deep copy of a question. */
export function copied(asked) {
  return JSON.parse(JSON.stringify(asked));
}
