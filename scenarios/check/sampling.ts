// Samples of one provider, taken one after the other until there are enough or time is up. A failure is
// counted and the next one tried, because real vendors fail now and then; three in a row end it, with the
// reason.
import { dial } from '#agent/io/dial.ts';
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { StageName } from '#sim/providers/stage.ts';
import type { UserError } from '../error.ts';
import { diagnose } from './diagnosis.ts';
import { type Bench, tryEntrant } from './entrant-trial.ts';
import { costOf } from './examination.ts';
import type { Taken } from './recording.ts';
import type { Tried } from './trial.ts';

export type SampleOptions = {
  readonly bench: Bench;
  readonly samples: number;
  /** Nothing is begun from then on, microseconds of the bench's clock. */
  readonly untilUs: number;
  progress(done: number, failed: number): void;
};

export type Sampled = {
  readonly taken: Taken;
  readonly failed: number;
  readonly usd: number | null;
  /** What ended it early. */
  readonly error?: UserError;
};

const IN_ROW_MAX = 3;

export async function sampleEntrant(entrant: AnyEntrant, options: SampleOptions): Promise<Sampled> {
  const { bench, samples, untilUs, progress } = options;
  const { provider, model, settings } = entrant;
  const url = String(settings['baseUrl'] ?? '');
  const way = await (bench.network?.dial ?? dial)(url, true);
  const host = URL.canParse(url) ? new URL(url).host : url;
  const nobody = { provider, model, host, address: null, region: null };
  if (!way.ok) {
    const error = diagnose(entrant, { kind: 'way', step: way.step, message: way.message, url });
    return { taken: { ...nobody, samples: {} }, failed: 0, usd: 0, error };
  }
  const good: Tried[] = [];
  let failed = 0;
  let inRow = 0;
  let last: Tried | undefined;
  while (good.length < samples && inRow < IN_ROW_MAX && bench.clock.now() < untilUs) {
    const tried = await tryEntrant(bench, entrant);
    last = tried;
    if (tried.failure === undefined) {
      good.push(tried);
      inRow = 0;
    } else {
      failed += 1;
      inRow += tried.failure.retryable ? 1 : IN_ROW_MAX;
    }
    progress(good.length, failed);
  }
  const taken = { ...nobody, address: way.address, region: way.region ?? null, samples: gathered(good) };
  const result = { taken, failed, usd: costOf(good) };
  if (inRow < IN_ROW_MAX || last?.failure === undefined) return result;
  const { status, isHtml } = last.evidence;
  const error = diagnose(entrant, { kind: 'answer', failure: last.failure, status, isHtml, url });
  return { ...result, error };
}

function gathered(tried: readonly Tried[]): Taken['samples'] {
  const all: Partial<Record<StageName, number[]>> = {};
  for (const { figures } of tried) {
    for (const [stage, value] of Object.entries(figures) as [StageName, number][]) {
      const values = all[stage] ?? [];
      values.push(value);
      all[stage] = values;
    }
  }
  return all;
}
