// Advice about options of the line that were played both ways on the same seeds. Chance is ruled out by
// the interval of the differences call by call; an option for which nothing else speaks is not advised.
import { unitName } from '../number.ts';
import type { CompareResult, Variant } from './compare-result.ts';
import { metricOf, minus, statisticOf } from './lookup.ts';
import { counted, metricName, shown, shownWithUnit, signed, transportName } from './name.ts';
import { type Advice, joined, num, type Sentence, say } from './sentence.ts';

/** Every option once, with all that it changed: what helps first, what makes no difference last. */
export function optionAdvice(result: CompareResult): readonly Advice[] {
  const titles = [...new Set(result.variants.map(({ title }) => title))];
  const judged = titles.map((title) => judge(result, title));
  const told = judged.filter(({ verdict }) => verdict !== 'unclear');
  const order: readonly Verdict[] = ['helps', 'trade', 'harms'];
  const advice = order.flatMap((verdict) =>
    told.filter((each) => each.verdict === verdict).map((each) => adviceOn(result, each)),
  );
  const unclear = judged.filter(({ verdict }) => verdict === 'unclear');
  return unclear.length === 0 ? advice : [...advice, noDifference(result, unclear)];
}

type Verdict = 'helps' | 'trade' | 'harms' | 'unclear';
type Judged = {
  readonly title: string;
  readonly verdict: Verdict;
  readonly variants: readonly Variant[];
  /** Those that chance does not explain. */
  readonly clear: readonly Variant[];
};

function judge(result: CompareResult, title: string): Judged {
  const variants = result.variants.filter((variant) => variant.title === title);
  const clear = variants.filter((variant) => isClear(variant) && isWorthWords(result, variant));
  const gains = clear.map((variant) => gainOf(result, variant));
  const [helps, harms] = [gains.some((gain) => gain > 0), gains.some((gain) => gain < 0)];
  const verdict = helps ? (harms ? 'trade' : 'helps') : harms ? 'harms' : 'unclear';
  return { title, verdict, variants, clear };
}

const isClear = ({ difference: { interval } }: Variant): boolean =>
  interval !== null && (interval.low > 0 || interval.high < 0);

/** A difference of less than a hundredth of what there was is no reason for anything. */
function isWorthWords(result: CompareResult, { metric, before, difference }: Variant): boolean {
  const from = statisticOf(before, metricOf(result, metric)?.statistic ?? 'value');
  return from === null || Math.abs(difference.value ?? 0) >= WORTH * Math.abs(from);
}

const WORTH = 0.01;

/** How much better the option makes its metric, in the metric's unit. */
function gainOf(result: CompareResult, { metric, difference }: Variant): number {
  const value = difference.value ?? 0;
  return metricOf(result, metric)?.better === 'higher' ? value : -value;
}

const ENDINGS = { helps: '', trade: ': gains and costs', harms: ': leave it off' } as const;

function adviceOn(result: CompareResult, { title, verdict, clear }: Judged): Advice {
  const [first] = clear;
  const ending = verdict === 'unclear' ? '' : ENDINGS[verdict];
  const calls = counted(Math.max(0, ...clear.map(({ difference }) => difference.n)), 'call');
  const option = `${transportName(first?.transport ?? '')}, ${first?.option ?? ''}, n = ${calls} each way`;
  const better = clear.filter((variant) => gainOf(result, variant) > 0);
  const worse = clear.filter((variant) => gainOf(result, variant) < 0);
  const parts = [
    ...(better.length === 0 ? [] : [say`Better: ${changesOf(result, better)}.`]),
    ...(worse.length === 0 ? [] : [say`Worse: ${changesOf(result, worse)}.`]),
  ];
  return { title: [`${title}${ending}`], text: say`${joined(parts, ' ')} (${option})` };
}

/** `stalls per call 4.1 → 1.0 on X, 3.0 → 1.0 on Y; MOS down …`. */
function changesOf(result: CompareResult, variants: readonly Variant[]): Sentence {
  const ids = [...new Set(variants.map(({ metric }) => metric))];
  const parts = ids.map((id) => {
    const metric = metricOf(result, id);
    const steps = variants.filter((variant) => variant.metric === id).map((each) => stepOf(result, each));
    return say`${metric === undefined ? id : metricName(metric)} ${joined(steps)}`;
  });
  return joined(parts, '; ');
}

/** `4.1 → 1.0 on X`; where the tail went against the average, the average is told. */
function stepOf(result: CompareResult, variant: Variant): Sentence {
  const { title, option, transport, network, before, after, difference } = variant;
  const metric = metricOf(result, variant.metric);
  const statistic = metric?.statistic ?? 'value';
  const unit = metric?.unit ?? '';
  const [from, to] = [statisticOf(before, statistic), statisticOf(after, statistic)];
  const { n, value, interval } = difference;
  const range =
    interval === null
      ? ''
      : `, 95 % interval ${signed(interval.low, unit)} to ${signed(interval.high, unit)}`;
  const mean = signedWithUnit(value, unit);
  const place = `${transportName(transport)} on ${network}`;
  const calls = `${counted(n, 'call')}, paired by seed`;
  const note = `${title} (${option}), ${place}: ${mean} in the mean of ${calls}${range}.`;
  const agrees = Math.sign(minus(to, from) ?? 0) === Math.sign(value ?? 0);
  const text = agrees ? `${shown(from, unit)} → ${shownWithUnit(to, unit)}` : `${mean} in the mean`;
  return say`${num(text, ['note', note])} on ${network}`;
}

function noDifference(result: CompareResult, unclear: readonly Judged[]): Advice {
  const parts = unclear.map(({ title, variants }): Sentence => {
    const metrics = [...new Set(variants.map(({ metric }) => metricOf(result, metric)?.label ?? metric))];
    return [`${title} (${metrics.join(', ')})`];
  });
  const calls = Math.max(
    0,
    ...unclear.flatMap(({ variants }) => variants.map(({ difference }) => difference.n)),
  );
  const n = `n = ${counted(calls, 'call')} each way`;
  return { title: [`Tried without a clear difference (${n})`], text: say`${joined(parts, '; ')}.` };
}

const signedWithUnit = (value: number | null, unit: string): string => {
  const name = unit === 'share' ? 'points' : unit === 'MOS' || unit === 'count' ? '' : unitName(unit);
  return name === '' ? signed(value, unit) : `${signed(value, unit)} ${name}`;
};
