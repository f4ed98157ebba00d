// The critical path of one answer as a bar: stages end to end from the caller's last sound, in the colours
// and patterns of every other chart. A stage that began before the one before it had ended is negative,
// and drawn as a step back beneath the bar.
import { STAGES } from '../../compare/stage.ts';
import type { Stage } from '../../conversation/conversation-report.ts';
import { stageLabel, toMs } from '../../conversation/finding.ts';
import { escaped } from '../markup.ts';

/** A number fits into a segment of this share of the bar. */
const LABEL_SHARE = 0.055;

/** `scaleUs`: what the whole width stands for; the same for bars that are compared. */
export function stageBar(stages: readonly Stage[], answerUs: number | null, scaleUs: number): string {
  if (answerUs === null) return '<span class="unit">no answer was heard</span>';
  if (stages.length === 0) {
    const whole = segment('unknown', 'not all stages are known', 0, answerUs, scaleUs);
    return `<div class="stack">${whole}</div>`;
  }
  let before = 0;
  const segments = stages.map(({ name, us }) => {
    const fromUs = Math.min(before, before + us);
    before += us;
    const label = `${stageLabel(name)} ${toMs(us)} ms`;
    return us < 0
      ? segment('back', label, fromUs, -us, scaleUs)
      : segment(name, label, fromUs, us, scaleUs, toMs(us).replace(/\.\d$/, ''));
  });
  return `<div class="stack">${segments.join('')}</div>`;
}

function segment(
  name: string,
  label: string,
  fromUs: number,
  us: number,
  scaleUs: number,
  text = '',
): string {
  const left = Math.max(0, (100 * fromUs) / scaleUs).toFixed(3);
  const width = ((100 * us) / scaleUs).toFixed(3);
  const inside = us / scaleUs >= LABEL_SHARE && text !== '' ? `<b>${text}</b>` : '';
  const place = `style="left:${left}%;width:${width}%"`;
  return `<i class="seg s-${escaped(name)}" ${place} title="${escaped(label)}">${inside}</i>`;
}

export const stageLegend = (): string =>
  `<p class="legend stages">${STAGES.map(
    ({ name, label }) => `<span><i class="chip s-${name}" aria-hidden="true"></i> ${escaped(label)}</span>`,
  ).join('')}</p>`;

/** The full width of bars that stand under one another. */
export const scaleOf = (turns: readonly { readonly answerUs: number | null }[]): number =>
  turns.reduce((most, { answerUs }) => Math.max(most, answerUs ?? 0), 1);
