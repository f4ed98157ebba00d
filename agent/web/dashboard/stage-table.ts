// The stages of an answer, each with its p50 as a bar and its p95 as a thinner one with a mark at its end.
// All bars share one axis that begins at zero.
import type { Overview } from '../../io/observe/observer.ts';
import { byId, made, say } from '../dom.ts';
import { countOf, msOf } from './text.ts';

type StageName = keyof Overview['stages'];

const NAMES: Readonly<Record<StageName, string>> = {
  endpoint: 'end of turn',
  stt: 'recogniser',
  llm: 'model',
  clause: 'first clause',
  tts: 'voice',
  output: 'to the line',
};

const ABOUT: Readonly<Record<StageName, string>> = {
  endpoint: 'waiting for the pause to be noticed, and for the end of the turn',
  stt: 'final text asked for → there',
  llm: 'model asked → its first token',
  clause: 'first token → first text for the voice',
  tts: 'first text → first audible sample',
  output: 'first audible sample → its packet handed to the connection',
};

const rows = new Map<StageName, HTMLTableRowElement>();

export function drawStages({ stages, response }: Overview): void {
  const note = response === null ? 'Nothing was answered yet.' : `Of ${countOf(response.n, 'answer')}.`;
  say(byId('stages-note'), `${note} Bar: half of the answers; thin bar to the mark: 95 of 100.`);
  const summaries = Object.values(stages).flatMap((one) => one ?? []);
  const axis = Math.max(1, ...summaries.map(({ p95 }) => p95));
  const body = byId('stages').querySelector('tbody');
  for (const [name, summary] of Object.entries(stages) as [StageName, Overview['stages'][StageName]][]) {
    const row = rows.get(name) ?? body?.appendChild(rowOf(name));
    if (row === undefined) continue;
    rows.set(name, row);
    row.querySelector('.track')?.classList.toggle('empty', summary === null);
    const width = (value: number | undefined): string => `${(100 * Math.max(0, value ?? 0)) / axis}%`;
    const [tail, half] = row.querySelectorAll<HTMLElement>('.track i');
    if (tail !== undefined) tail.style.width = width(summary?.p95);
    if (half !== undefined) half.style.width = width(summary?.p50);
    const [p50, p95, last] = row.querySelectorAll<HTMLElement>('td.number');
    if (p50 !== undefined) say(p50, msOf(summary?.p50));
    if (p95 !== undefined) say(p95, msOf(summary?.p95));
    if (last !== undefined) say(last, msOf(summary?.last));
  }
}

function rowOf(name: StageName): HTMLTableRowElement {
  const head = made('th', '', NAMES[name]);
  head.scope = 'row';
  head.title = ABOUT[name];
  const track = made('span', `track ${name}`, made('i', 'tail'), made('i', 'half'));
  track.setAttribute('aria-hidden', 'true');
  const numbers = [made('td', 'number'), made('td', 'number'), made('td', 'number')];
  return made('tr', '', head, made('td', '', track), ...numbers);
}
