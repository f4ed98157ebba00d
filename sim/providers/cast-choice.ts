// Which vendors take the stages, first and in reserve, as words: `stt=deepgram/flux-general-en`,
// `second-llm=groq`. Where none is named it is the vendor of the requirements, and in reserve another server
// of the first one's vendor.
import { DEFAULT_VENDORS, entryOf } from '#agent/providers/registry.ts';
import type { VendorStage } from '#sim/kernel/fact.ts';
import { emulationOf, emulationsFor } from './registry.ts';

export type VendorChoice = {
  readonly vendor: string;
  /** Undefined: the vendor's usual one. */
  readonly model: string | undefined;
};

export type CastChoice = {
  readonly first: Readonly<Record<VendorStage, VendorChoice>>;
  readonly second: Readonly<Record<VendorStage, VendorChoice>>;
};

export const STAGES = ['stt', 'llm', 'tts'] as const satisfies readonly VendorStage[];

const usual = (stage: VendorStage): VendorChoice => ({ vendor: DEFAULT_VENDORS[stage], model: undefined });

export const USUAL_CAST: CastChoice = {
  first: { stt: usual('stt'), llm: usual('llm'), tts: usual('tts') },
  second: { stt: usual('stt'), llm: usual('llm'), tts: usual('tts') },
};

export type CastResult =
  | { readonly ok: true; readonly cast: CastChoice }
  | { readonly ok: false; readonly reason: string };

/** Reads words such as `tts=deepgram`. */
export function parseCast(words: readonly string[]): CastResult {
  const first = { ...USUAL_CAST.first };
  const second: Partial<Record<VendorStage, VendorChoice>> = {};
  for (const word of words) {
    const parts = /^(second-)?(stt|llm|tts)=([a-z0-9-]+)(?:\/(\S+))?$/.exec(word.trim());
    const [, reserve, , vendor = '', model] = parts ?? [];
    const stage = STAGES.find((name) => name === parts?.[2]);
    if (stage === undefined)
      return { ok: false, reason: `"${word}" is not such as stt=deepgram or llm=groq/MODEL` };
    if (emulationOf(stage, vendor) === undefined) {
      const names = emulationsFor(stage).join(', ');
      return { ok: false, reason: `"${word}": no ${stage} vendor "${vendor}"; choose one of ${names}` };
    }
    (reserve === undefined ? first : second)[stage] = { vendor, model };
  }
  return { ok: true, cast: { first, second: { ...first, ...second } } };
}

/** The model that a choice means. */
export const modelOf = (stage: VendorStage, { vendor, model }: VendorChoice): string =>
  model ?? String(entryOf(stage, vendor)?.preset['model'] ?? '');

/** The vendor of the requirements with its usual model. */
export const isUsual = (stage: VendorStage, { vendor, model }: VendorChoice): boolean =>
  vendor === DEFAULT_VENDORS[stage] && model === undefined;
