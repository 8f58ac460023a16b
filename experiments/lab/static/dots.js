// People as dots: each has a place in every stage, and goes from one to the next as the days pass.
import { brief, percent } from './format.js';
import { t } from './words.js';

const UNAWARE = 0;
export const LOST = 7;
const ROWS = [0, 1, 2, 3, 4, 5, 6, 7]; // stages from top to bottom
const WIDTHS = [1, 0.92, 0.79, 0.64, 0.5, 0.56, 0.62, 0.74];
const TRAVEL = 0.8; // seconds from one stage to another
const GREY = '#9aa5b1';

/** A number in [0, 1) that belongs to a dot and a stage: the same on both sides. */
export function spot(dot, salt) {
  let x = Math.imul(dot + 1, 0x9e3779b1) ^ Math.imul(salt + 7, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296;
}

/** One side's people on a canvas. */
export class Crowd {
  constructor(canvas, colour) {
    Object.assign(this, { canvas, colour, dots: [], followed: null, breath: 0 });
    this.pen = canvas.getContext('2d');
  }

  /** Takes a side's first stages and moves. */
  take(side, total) {
    this.side = side;
    this.total = total;
    this.dots = side.first.map((stage) => ({ days: [-1e9], stages: [stage] }));
    for (let k = 0; k < side.moves.length; k += 3) {
      const dot = this.dots[side.moves[k + 1]];
      dot.days.push(side.moves[k]);
      dot.stages.push(side.moves[k + 2]);
    }
  }

  /** Fits the canvas to its place on the screen. */
  fit() {
    const sharp = Math.min(2, window.devicePixelRatio || 1);
    const { clientWidth: wide, clientHeight: high } = this.canvas;
    if (this.canvas.width !== Math.round(wide * sharp) || this.canvas.height !== Math.round(high * sharp)) {
      this.canvas.width = Math.round(wide * sharp);
      this.canvas.height = Math.round(high * sharp);
    }
    this.pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    const label = wide < 400 ? 74 : 96;
    const count = wide < 400 ? 48 : 60;
    const gap = 18;
    this.box = { wide, high, left: label + gap, right: wide - count - gap, top: 8, row: (high - 30) / ROWS.length, label, count };
  }

  /** The edges of a stage's band: x of its middle, half its width at top and bottom, y of top and bottom. */
  band(stage) {
    const { left, right, top, row } = this.box;
    const half = (right - left) / 2;
    const away = stage === LOST ? 14 : 0;
    const next = stage === LOST || stage === 6 ? WIDTHS[stage] : WIDTHS[stage + 1];
    return { x: (left + right) / 2, upper: half * WIDTHS[stage], lower: half * (WIDTHS[stage] + next) / 2, y0: top + row * stage + away, y1: top + row * (stage + 1) - 5 + away };
  }

  /** Where a dot stands in a stage. */
  place(dot, stage) {
    const { x, upper, lower, y0, y1 } = this.band(stage);
    const across = spot(dot, stage) * 2 - 1;
    const down = spot(dot, stage + 31);
    const half = upper + (lower - upper) * down - 7;
    return [x + across * half, y0 + 6 + down * (y1 - y0 - 12)];
  }

  /** Where a dot is on a day; `stretch` is how many days a way from stage to stage takes. */
  at(dot, day, stretch) {
    const { days, stages } = this.dots[dot];
    let k = days.length - 1;
    while (k > 0 && days[k] > day) k--;
    const there = this.place(dot, stages[k]);
    const part = k ? (day - days[k]) / stretch : 1;
    if (part >= 1) return [...there, stages[k], 1];
    const from = this.place(dot, stages[k - 1]);
    const s = part * part * (3 - 2 * part);
    const bend = this.bend(stages[k - 1], stages[k]);
    if (bend === null) return [from[0] + (there[0] - from[0]) * s, from[1] + (there[1] - from[1]) * s, stages[k], s];
    const u = 1 - s;
    const b0 = u * u * u;
    const b1 = 3 * u * u * s;
    const b2 = 3 * u * s * s;
    const b3 = s * s * s;
    return [b0 * from[0] + (b1 + b2) * bend + b3 * there[0], (b0 + b1) * from[1] + (b2 + b3) * there[1], stages[k], s];
  }

  /** The x by which a way goes outside the funnel: right where people come round again, left where they leave; else none. */
  bend(from, to) {
    const { left, right } = this.box;
    if (to === LOST) return left - 22;
    if (from === LOST || (from >= 5 && to === 3)) return right + 22;
    return null;
  }

  /** The dot nearest to a point, if one is near. */
  near(x, y, day, stretch) {
    let best = null;
    let least = 14;
    for (let dot = 0; dot < this.dots.length; dot++) {
      const [dx, dy] = this.at(dot, day, stretch);
      const away = Math.hypot(dx - x, dy - y);
      if (away < least) [best, least] = [dot, away];
    }
    return best;
  }

  /** Draws a day. */
  draw(day, stretch, still) {
    if (!this.side) return;
    this.fit();
    const { pen } = this;
    pen.clearRect(0, 0, this.box.wide, this.box.high);
    this.drawBands(day);
    this.breath += still ? 0 : 0.016;
    const size = this.dots.length > 600 ? 1.9 : this.dots.length > 300 ? 2.3 : 2.9;
    for (let dot = 0; dot < this.dots.length; dot++) {
      const [x, y, stage, way] = this.at(dot, day, stretch);
      const phase = this.breath * 1.3 + spot(dot, 99) * 6.28;
      const sway = still ? 0 : 1.1;
      this.drawDot(x + Math.sin(phase) * sway, y + Math.cos(phase * 0.8) * sway, stage, size, way);
    }
    if (this.followed !== null && this.followed < this.dots.length) this.drawRing(...this.at(this.followed, day, stretch));
  }

  drawDot(x, y, stage, size, way) {
    const { pen } = this;
    const quiet = stage === UNAWARE || stage === LOST;
    pen.globalAlpha = quiet ? 0.55 : stage === 1 ? 0.5 : 0.88;
    pen.beginPath();
    pen.arc(x, y, size + (way < 1 && !quiet ? 0.9 : 0) + (stage >= 3 && stage <= 6 ? 0.7 : 0), 0, 6.2832);
    if (stage === LOST) {
      pen.strokeStyle = GREY;
      pen.lineWidth = 1.2;
      pen.stroke();
    } else {
      pen.fillStyle = quiet ? GREY : this.colour;
      pen.fill();
    }
    if (stage === 6) {
      pen.globalAlpha = 0.9;
      pen.beginPath();
      pen.arc(x, y, size * 0.42, 0, 6.2832);
      pen.fillStyle = '#fff';
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  drawRing(x, y) {
    const { pen } = this;
    pen.strokeStyle = '#b45309';
    pen.lineWidth = 2.2;
    pen.beginPath();
    pen.arc(x, y, 8, 0, 6.2832);
    pen.stroke();
  }

  drawBands(day) {
    const { pen, box } = this;
    const now = countsAt(this.side, day);
    pen.font = `${box.wide < 400 ? 11.5 : 13}px Lab, sans-serif`;
    pen.textBaseline = 'middle';
    for (const stage of ROWS) {
      const { x, upper, lower, y0, y1 } = this.band(stage);
      pen.globalAlpha = stage === LOST || stage === UNAWARE ? 0.07 : 0.07 + 0.03 * stage;
      pen.fillStyle = stage === LOST || stage === UNAWARE ? '#52606d' : this.colour;
      pen.beginPath();
      pen.moveTo(x - upper, y0);
      pen.lineTo(x + upper, y0);
      pen.lineTo(x + lower, y1);
      pen.lineTo(x - lower, y1);
      pen.closePath();
      pen.fill();
      pen.globalAlpha = 1;
      pen.fillStyle = '#1f2933';
      pen.textAlign = 'left';
      pen.fillText(t(`stage_${STAGE_KEYS[stage]}`), 0, (y0 + y1) / 2);
      pen.textAlign = 'right';
      pen.fillStyle = '#5b6875';
      pen.fillText(brief(now[stage]), box.wide, (y0 + y1) / 2);
    }
    this.drawLoop(5, 3);
    this.drawLoop(LOST, 1);
  }

  /** The faint way back, with its head. */
  drawLoop(from, to) {
    const { pen, box } = this;
    const a = this.band(from);
    const b = this.band(to);
    const far = box.right + (from === LOST ? 12 : 3);
    const [x0, y0, x1, y1] = [a.x + a.upper + 3, (a.y0 + a.y1) / 2, b.x + b.upper + 3, (b.y0 + b.y1) / 2];
    pen.strokeStyle = '#c5cdd6';
    pen.fillStyle = '#c5cdd6';
    pen.lineWidth = 1.4;
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.bezierCurveTo(far, y0, far, y1, x1 + 5, y1);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x1 + 7, y1 - 4);
    pen.lineTo(x1 + 7, y1 + 4);
    pen.fill();
  }
}

export let STAGE_KEYS = [];

/** Learns the names of the stages. */
export function nameStages(keys) {
  STAGE_KEYS = keys;
}

/** The frame of a side that holds on a day, and how far the day is on the way to the next. */
export function frameAt(side, day) {
  let k = side.days.length - 1;
  while (k > 0 && side.days[k] > day) k--;
  const next = Math.min(k + 1, side.days.length - 1);
  const part = next > k ? (day - side.days[k]) / (side.days[next] - side.days[k]) : 0;
  return { k, next, part };
}

/** A value of a series of frames on a day. */
export function valueAt(side, series, day) {
  const { k, next, part } = frameAt(side, day);
  return series[k] + (series[next] - series[k]) * part;
}

/** How many are in each stage on a day. */
export function countsAt(side, day) {
  const { k, next, part } = frameAt(side, day);
  return side.stocks[k].map((one, stage) => one + (side.stocks[next][stage] - one) * part);
}

/** How many days a way from stage to stage takes at a speed of so many days a second. */
export function stretchOf(daysASecond) {
  return Math.max(0.5, TRAVEL * daysASecond);
}

/** A canvas in words, for those who do not see it. */
export function crowdWords(side, label, day) {
  const now = countsAt(side, day);
  const all = now.reduce((sum, one) => sum + one, 0);
  return `${label}: ${now.map((one, k) => `${t(`stage_${STAGE_KEYS[k]}`)} ${percent(one / all)}`).join(', ')}`;
}
