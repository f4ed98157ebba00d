// Where the time of one answer went, as bars on one time axis from the caller's last sound on. Every bar
// says its length in words as well; what was begun before the turn was over begins at 0.
import { made } from './dom.ts';
import type { Entry } from './transcript.ts';

type Bar = { readonly name: string; readonly className: string; readonly from: number; readonly to: number };

/** Right end of the axis, so that answers can be compared: longer ones stretch theirs. */
const AXIS_MS = 1_000;

/** Undefined while nothing is known. */
export function waterfallOf({ steps, earMs }: Entry): HTMLElement | undefined {
  if (steps === undefined) return undefined;
  const bars = barsOf(steps, earMs);
  const end = earMs ?? steps['spoke'];
  if (end === undefined) return undefined;
  const axis = Math.max(AXIS_MS, ...bars.map(({ to }) => to));
  const total = made('p', 'total', made('b', '', `${Math.round(end)} ms`), ' from your last sound to ');
  total.append(earMs === undefined ? 'the first packet of the answer' : 'the first of the answer');
  const rows = bars.map(({ name, className, from, to }) => {
    const bar = made('i', `stretch ${className}`);
    bar.style.left = `${(100 * from) / axis}%`;
    bar.style.width = `${Math.max(0.4, (100 * (to - from)) / axis)}%`;
    const track = made('span', 'track', bar);
    track.setAttribute('aria-hidden', 'true');
    return made(
      'li',
      '',
      made('span', 'step', name),
      track,
      made('span', 'ms', `${Math.round(to - from)} ms`),
    );
  });
  return made('div', 'waterfall', total, made('ul', '', ...rows));
}

function barsOf(steps: NonNullable<Entry['steps']>, earMs: number | undefined): readonly Bar[] {
  const bar = (name: string, className: string, from: number | undefined, to: number | undefined): Bar[] =>
    from === undefined || to === undefined || to < 0
      ? []
      : [{ name, className, from: Math.max(0, from), to: Math.max(from, to) }];
  return [
    ...bar('recogniser', 'stt', 0, steps['transcript']),
    ...bar('end of turn', 'endpoint', 0, steps['decided']),
    ...bar('model', 'llm', steps['asked'], steps['token']),
    ...bar('voice', 'tts', steps['voiced'], steps['audio']),
    ...bar('to your ear', 'playout', steps['spoke'], earMs),
  ];
}
