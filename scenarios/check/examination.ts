// The examination of one provider: the way there, then a few tries, each with a new connection. It stops at
// the first failure that another try cannot mend, and says what all of it cost. Nothing here prints.
import { type Micros, toMs } from '#agent/core/time.ts';
import { type Dialled, dial } from '#agent/io/dial.ts';
import { priceOf } from '#agent/providers/price.ts';
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { StageName } from '#sim/providers/stage.ts';
import type { UserError } from '../error.ts';
import { diagnose } from './diagnosis.ts';
import { type Bench, tryEntrant } from './entrant-trial.ts';
import type { Tried } from './trial.ts';

/** Milliseconds; null when nothing was measured. */
export type Spread = { readonly p50: number; readonly max: number; readonly n: number } | null;

export type Verdict = {
  readonly stage: AnyEntrant['stage'];
  readonly place: AnyEntrant['place'];
  readonly provider: string;
  readonly model: string;
  readonly state: 'ok' | 'no key' | 'failed';
  /** Who answered, and where. */
  readonly host: string;
  readonly address: string | null;
  readonly family: 4 | 6 | null;
  readonly region: string | null;
  /** Name, TCP and TLS. */
  readonly connectMs: Spread;
  /** The vendor's own answer to a new connection: an upgrade, or a request without a model. */
  readonly openMs: Spread;
  /** First answer: final transcript after the end of speech, first token, first audio. */
  readonly answerMs: Spread;
  /** US dollars for all tries; null when a price is not known. */
  readonly usd: number | null;
  readonly error?: UserError;
};

const OPEN: Readonly<Record<AnyEntrant['stage'], StageName>> = {
  stt: 'stt.connect',
  llm: 'llm.connect',
  tts: 'tts.connect',
};
export const ANSWER: Readonly<Record<AnyEntrant['stage'], StageName>> = {
  stt: 'stt.final',
  llm: 'llm.first_token',
  tts: 'tts.first_audio',
};

/** `tries`: at most. */
export async function examine(bench: Bench, entrant: AnyEntrant, tries: number): Promise<Verdict> {
  const url = String(entrant.settings['baseUrl'] ?? '');
  const nobody = { host: hostOf(url), address: null, family: null, region: null } as const;
  const { stage, place, provider, model } = entrant;
  const named = { stage, place, provider, model };
  const nothing = { connectMs: null, openMs: null, answerMs: null } as const;
  if (entrant.keyless) {
    const error = diagnose(entrant, { kind: 'keyless' });
    return { ...named, state: 'no key', ...nobody, ...nothing, usd: 0, error };
  }
  const first = await dial(url, true);
  if (!first.ok) {
    const error = diagnose(entrant, { kind: 'way', step: first.step, message: first.message, url });
    return { ...named, state: 'failed', ...nobody, ...nothing, usd: 0, error };
  }
  const { address, family, region } = first;
  const who = { host: hostOf(url), address, family, region: region ?? null };
  const walked: Micros[] = [first.us];
  while (walked.length < tries) {
    const again: Dialled = await dial(url);
    if (!again.ok) break;
    walked.push(again.us);
  }
  const tried = await attempts(bench, entrant, tries);
  const measured = {
    connectMs: spread(walked.map(toMs)),
    openMs: spread(figuresOf(tried, OPEN[stage])),
    answerMs: spread(figuresOf(tried, ANSWER[stage])),
    usd: costOf(tried),
  };
  const failed = tried.find(({ failure }) => failure !== undefined);
  if (failed?.failure === undefined) return { ...named, state: 'ok', ...who, ...measured };
  const { failure, evidence } = failed;
  const { status, isHtml } = evidence;
  const error = diagnose(entrant, { kind: 'answer', failure, status, isHtml, url: evidence.url || url });
  return { ...named, state: 'failed', ...who, ...measured, error };
}

async function attempts(bench: Bench, entrant: AnyEntrant, tries: number): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  while (tried.length < tries) {
    const one = await tryEntrant(bench, entrant);
    tried.push(one);
    // What failed once is told; more of the same would only cost time and money.
    if (one.failure !== undefined) break;
  }
  return tried;
}

const figuresOf = (tried: readonly Tried[], stage: StageName): readonly number[] =>
  tried.flatMap(({ figures }) => figures[stage] ?? []);

export function costOf(tried: readonly Tried[]): number | null {
  let usd = 0;
  for (const usage of tried.flatMap((one) => one.usage)) {
    const price = priceOf(usage);
    if (price === null) return null;
    usd += price;
  }
  return usd;
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [p50, max] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (p50 === undefined || max === undefined) return null;
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return { p50: tenth(p50), max: tenth(max), n: values.length };
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);
