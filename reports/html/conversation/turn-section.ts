// Every turn of the calls that are shown, the worst first: what was said, recognised, decided, seen by the
// model, spoken, heard and believed; its critical path and what it cost. Differences are marked in the
// words themselves, with a sign besides the colour.
import type { Call, ConversationReport, TurnReport } from '../../conversation/conversation-report.ts';
import {
  replayCommand,
  stageLabel,
  toMs,
  totalCost,
  turnId,
  turnName,
  wordFinding,
} from '../../conversation/finding.ts';
import { compareWords, sameWords } from '../../conversation/word-difference.ts';
import { formatFigure } from '../../number.ts';
import { escaped, sectionHtml } from '../markup.ts';
import { scaleOf, stageBar } from './stage-bar.ts';
import { replayBlock } from './worst-section.ts';

/** Turns in full; of a campaign's calls the worst. */
const TURNS_MAX = 160;

type Shown = { readonly call: Call; readonly turn: TurnReport };

export function turnSection(report: ConversationReport): string {
  const order = new Map(report.worst.map(({ seed, act }, index) => [turnId(seed, act), index]));
  const all = report.calls.flatMap((call) => call.turns.map((turn) => ({ call, turn })));
  if (all.length === 0) return '';
  const rank = ({ turn }: Shown): number => order.get(turnId(turn.seed, turn.act)) ?? order.size;
  const sorted = [...all].sort((one, other) => rank(one) - rank(other));
  const shown = sorted.slice(0, TURNS_MAX);
  const scaleUs = scaleOf(all.map(({ turn }) => turn));
  const many = report.calls.length > 1;
  const turns = shown.map((one) => turnHtml(one, report, scaleUs, many));
  const note =
    shown.length < all.length
      ? `<p class="note">The ${shown.length} worst of ${all.length}; the others are on the time axis.</p>`
      : '';
  const lead =
    'The worst first. <del>Struck</del> words were expected and are missing; <ins>underlined</ins> words ' +
    'came instead. <button type="button" id="unfold">Open all</button>';
  return sectionHtml('turns', wordFinding(report), `${note}${turns.join('\n')}`, lead);
}

function turnHtml({ call, turn }: Shown, report: ConversationReport, scaleUs: number, many: boolean): string {
  const { seed, act, said, answerUs, flags, role } = turn;
  const id = turnId(seed, act);
  const index = report.calls.indexOf(call);
  const ms = answerUs === null ? 'no answer' : `${toMs(answerUs)} ms`;
  const marks = flags
    .map((flag) => ` <span class="flag f-${flag.replace(' ', '-')}">${escaped(flag)}</span>`)
    .join('');
  const name = many ? `${turnName(act)}, seed ${seed}` : turnName(act);
  const at = `${(turn.fromUs / 1_000_000).toFixed(2)} s`;
  const over = role === 'interruption' ? ', over the agent' : '';
  return `<details class="turn" id="${id}" data-call="${index}" data-act="${act}">
<summary><b>${name}</b> <span class="time">${ms}</span>
<span class="quote">“${escaped(said)}”</span>${marks}</summary>
<p class="note">Begins at ${at}${over}.
<a href="#lanes" data-show="${index} ${act}">Show on the time axis</a> ·
<a href="#${id}">Address of this turn</a></p>
${stageBar(turn.stages, answerUs, scaleUs)}${stageLine(turn)}
<dl class="words">${wordsOf(turn)}</dl>
${memoryHtml(turn, index)}${stepsHtml(turn)}${costLine(turn)}
${replayBlock(replayCommand(report, seed))}</details>`;
}

function stageLine({ stages, answerUs, draws }: TurnReport): string {
  if (answerUs === null) return '';
  const parts = stages.map(({ name, us }) => `${escaped(stageLabel(name))} ${toMs(us)}`);
  const sum =
    parts.length === 0 ? 'Not all stages are known.' : `${parts.join(' + ')} = ${toMs(answerUs)} ms.`;
  const drawn = draws.map(({ name, us }) => `${escaped(name)} ${toMs(us)}`);
  const asked = drawn.length === 0 ? '' : ` Drawn from the profile [ms]: ${drawn.join(', ')}.`;
  return `<p class="note">${sum}${asked}</p>`;
}

function wordsOf({ said, recognised, spoken, heard, believed }: TurnReport): string {
  const pair = (name: string, text: string): string => `<dt>${name}</dt><dd>${text}</dd>`;
  const understood = sameWords(said, recognised)
    ? `${escaped(recognised)} ${same('said')}`
    : difference(said, recognised);
  const lines = [pair('said', escaped(said)), pair('recognised', understood)];
  if (spoken === null) return [...lines, pair('answer', '<span class="unit">none</span>')].join('');
  lines.push(pair('model said', escaped(spoken)));
  const ear = heard ?? '';
  lines.push(pair('heard', sameWords(spoken, ear) ? same('the model said') : difference(spoken, ear)));
  const belief = believed ?? '';
  lines.push(pair('agent believes', sameWords(ear, belief) ? same('was heard') : difference(ear, belief)));
  return lines.join('');
}

const same = (whose: string): string => `<span class="good">✓ word for word as ${whose}</span>`;

const difference = (expected: string, actual: string): string =>
  compareWords(expected, actual)
    .map(({ in: place, text }) => {
      if (place === 'both') return escaped(text);
      return place === 'first' ? `<del>${escaped(text)}</del>` : `<ins>${escaped(text)}</ins>`;
    })
    .join(' ');

/** The list itself is filled in when it is opened: every turn repeats what came before it. */
function memoryHtml({ request, act }: TurnReport, call: number): string {
  if (request === null) return '';
  const { messages, tokens, seen, outside } = request;
  const lost = outside === 0 ? '' : `; ${outside} older ones had no room`;
  const prompt = seen.length < messages ? ', the system prompt included' : '';
  return `<details class="memory" data-call="${call}" data-act="${act}">
<summary>The model saw ${messages} messages
(${tokens} tokens${prompt}${lost})</summary><ol class="messages"></ol></details>`;
}

const stepsHtml = ({ steps }: TurnReport): string =>
  steps.length === 0
    ? ''
    : `<details><summary>${steps.length} steps of the decision</summary><ol class="steps">${steps
        .map(
          ({ atUs, text }) =>
            `<li><span class="time">${(atUs / 1_000_000).toFixed(3)} s</span> ${escaped(text)}</li>`,
        )
        .join('')}</ol></details>`;

function costLine({ cost }: TurnReport): string {
  const usd = (value: number | null): string => (value === null ? '–' : `$${formatFigure(value, 'USD')}`);
  const { stt, llm, tts } = cost;
  const parts = `recogniser ${usd(stt)}, model ${usd(llm)}, voice ${usd(tts)}`;
  return `<p class="note">Cost ${usd(totalCost(cost))}: ${parts}.</p>`;
}
