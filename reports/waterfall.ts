// Where the time of an answer goes: one bar per stage of the critical path, from the median of each
// stage. Medians of stages do not add up to the median of the whole, so both sums are shown.
import { formatFigure } from './number.ts';
import { figureOf, type ScenarioResult } from './result.ts';
import type { Colours } from './text.ts';

const BAR_COLUMNS = 56;

/** Caller and network green, recogniser cyan, model yellow, voice magenta (the agent's colour). */
const STAGES = [
  { name: 'uplink', colour: 'green' },
  { name: 'endpoint', colour: 'white' },
  { name: 'stt', colour: 'cyan' },
  { name: 'llm', colour: 'yellow' },
  { name: 'clause', colour: 'yellowBright' },
  { name: 'tts', colour: 'magenta' },
  { name: 'downlink', colour: 'green' },
  { name: 'playout', colour: 'greenBright' },
] as const;

/** Empty when no answer could be broken down. */
export function waterfall({ kpis }: ScenarioResult, colours: Colours): string {
  const medians = STAGES.flatMap(({ name, colour }) => {
    const value = figureOf(kpis[`stage.${name}_ms`], 'p50');
    return value === null ? [] : [{ name, value, paint: colours[colour] }];
  });
  const total = medians.reduce((sum, { value }) => sum + value, 0);
  if (medians.length === 0 || total <= 0) return '';
  const scale = BAR_COLUMNS / medians.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  let before = 0;
  const lines = medians.map(({ name, value, paint }) => {
    const from = Math.round(before * scale);
    before += Math.max(0, value);
    const length = Math.round(before * scale) - from;
    const bar = `${' '.repeat(from)}${paint('█'.repeat(length))}${' '.repeat(BAR_COLUMNS - from - length)}`;
    const share = ((100 * value) / total).toFixed(0);
    return `  ${name.padEnd(9)}${bar} ${formatFigure(value, 'ms').padStart(8)} ${share.padStart(4)} %`;
  });
  const whole = figureOf(kpis['voice_to_voice_ms'], 'p50');
  const together = `together ${formatFigure(total, 'ms')}, median answer ${formatFigure(whole, 'ms')}`;
  const head = `median stages of an answer [ms]; ${together}`;
  return [colours.dim(head), ...lines].join('\n');
}
