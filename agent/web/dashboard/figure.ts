// The top of the dashboard: whether the agent takes calls, how it is doing in one sentence, and the figures
// behind that.
import type { Overview } from '../../io/observe/observer.ts';
import { made, say } from '../dom.ts';
import { countOf, durationOf, msOf, usdOf } from './text.ts';

/** The sign says what the colour says. `up` is apart: nobody wants it read out every second. */
export function doorOf({ door, nowMs, startedMs, memoryBytes }: Overview): {
  readonly state: 'ready' | 'shut';
  readonly text: string;
  readonly up: string;
} {
  const up = `· up ${durationOf((nowMs - startedMs) / 1_000)}, ${Math.round(memoryBytes / 2 ** 20)} MB`;
  if (door.state === 'ready') return { state: 'ready', text: '✓ takes calls', up };
  return { state: 'shut', text: `✗ takes no new calls: ${door.reason}`, up };
}

export function findingOf({ running, response, totals }: Overview): string {
  const now =
    running.length === 0
      ? 'Nobody is calling'
      : `${countOf(running.length, 'call is', 'calls are')} going on`;
  if (response === null)
    return totals.calls === 0 ? `${now}, and nobody has called yet` : `${now}; no turn answered yet`;
  const [half, most] = [response.p50, response.p95].map((value) => `${msOf(value)}\u00a0ms`);
  return `${now}; half of the answers begin within ${half}, 95 of 100 within ${most}`;
}

type Figure = { readonly name: string; readonly value: string; readonly sub: string };

/** Made once; then only their texts change, so that nothing jumps and nothing is read out twice. */
export function drawFigures(list: HTMLElement, overview: Overview): void {
  for (const [index, { name, value, sub }] of figuresOf(overview).entries()) {
    const box = list.children[index] ?? list.appendChild(boxOf(name));
    const [main, below] = box.querySelectorAll('span');
    if (main !== undefined) say(main, value);
    if (below !== undefined) say(below, sub);
  }
}

const boxOf = (name: string): HTMLElement =>
  made('div', '', made('dt', '', name), made('dd', '', made('span', ''), made('span', 'sub')));

function figuresOf({ running, callsMax, totals, response, budget }: Overview): readonly Figure[] {
  const { capUsd, spentUsd } = budget;
  const cap = capUsd > 0 ? `of ${usdOf(capUsd)} today (UTC)` : 'today (UTC), no cap';
  const unpriced = totals.unpriced ? ', not all is priced' : '';
  return [
    {
      name: 'Calls now',
      value: String(running.length),
      sub: `of ${callsMax}; ${totals.calls} since the start`,
    },
    {
      name: 'Response, ms',
      value: `${msOf(response?.p50)} / ${msOf(response?.p95)}`,
      sub: `p50 / p95 of ${countOf(response?.n ?? 0, 'answer')}`,
    },
    {
      name: 'Turns answered',
      value: totals.turns.toLocaleString('en'),
      sub: countOf(totals.interruptions, 'interruption'),
    },
    { name: 'Errors', value: totals.errors.toLocaleString('en'), sub: 'of services' },
    { name: 'Cost', value: usdOf(spentUsd), sub: `${cap}${unpriced}` },
    {
      name: 'Used',
      value: `${durationOf(totals.sttSeconds)} heard`,
      sub: `${countOf(totals.tokens, 'token')}, ${countOf(totals.characters, 'character')}`,
    },
  ];
}
