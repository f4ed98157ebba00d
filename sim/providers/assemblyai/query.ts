// What a client asks for in the address of AssemblyAI's socket or changes on the way, read and checked. A
// complaint is the text of the error that ends the session; what the emulator has no use for is accepted.
import type { JsonObject } from '../answer.ts';

export type StreamSettings = {
  readonly encoding: 'pcm_s16le' | 'pcm_mulaw';
  readonly sampleRate: number;
  /** The end of a turn comes again with its text formatted; else it is formatted at once or never. */
  readonly format: 'again' | 'at once' | 'never';
  readonly confidence: number;
  /** Silence that ends a turn that sounds finished, and any other, s. */
  readonly minSilenceS: number;
  readonly maxSilenceS: number;
  /** Silence of the client that ends the session, s. */
  readonly inactivityS: number | undefined;
};

export type Query =
  | { readonly ok: true; readonly settings: StreamSettings }
  | { readonly ok: false; readonly message: string };

const FIRST = /^universal-streaming-(english|multilingual)$/;
const LATER = /^(u3-rt-pro|u3-pro|universal-3-[56]-pro|universal-3-6|whisper-rt)$/;

export function readStream(query: URLSearchParams): Query {
  const model = query.get('speech_model') ?? 'universal-streaming-english';
  const first = FIRST.test(model);
  if (!first && !LATER.test(model)) return no(`speech_model: ${model.slice(0, 60)} does not exist`);
  const encoding = query.get('encoding') ?? 'pcm_s16le';
  if (encoding !== 'pcm_s16le' && encoding !== 'pcm_mulaw') {
    return no('encoding: this emulator hears pcm_s16le and pcm_mulaw');
  }
  const sampleRate = Number(query.get('sample_rate') ?? 16_000);
  if (!Number.isInteger(sampleRate) || sampleRate < 8_000 || sampleRate > 48_000) {
    return no('sample_rate: Hz, 8000 to 48000');
  }
  const inactivity = query.get('inactivity_timeout');
  if (inactivity !== null && !(Number(inactivity) >= 5 && Number(inactivity) <= 3_600)) {
    return no('inactivity_timeout: 5 to 3600');
  }
  const silence = first ? { min: 400, max: 1_280 } : { min: 100, max: 1_000 };
  const unchanged: StreamSettings = {
    encoding,
    sampleRate,
    format: first ? 'never' : 'at once',
    confidence: 0.4,
    minSilenceS: silence.min / 1_000,
    maxSilenceS: silence.max / 1_000,
    inactivityS: inactivity === null ? undefined : Number(inactivity),
  };
  return changed(unchanged, Object.fromEntries(query));
}

/** `settings` with what `asked` names: values as they stand in an address or in `UpdateConfiguration`. */
export function changed(settings: StreamSettings, asked: JsonObject): Query {
  const number = (name: string, otherwise: number) =>
    asked[name] === undefined ? otherwise : Number(asked[name]);
  const confidence = number('end_of_turn_confidence_threshold', settings.confidence);
  const minSilenceS = number('min_turn_silence', settings.minSilenceS * 1_000) / 1_000;
  const maxSilenceS = number('max_turn_silence', settings.maxSilenceS * 1_000) / 1_000;
  if (!(confidence >= 0 && confidence <= 1)) return no('end_of_turn_confidence_threshold: 0 to 1');
  if (!(minSilenceS >= 0 && maxSilenceS >= 0)) return no('min_turn_silence, max_turn_silence: ms');
  const asksFormat = asked['format_turns'];
  const formats = asksFormat === undefined ? settings.format === 'again' : String(asksFormat) === 'true';
  const format = settings.format === 'at once' ? 'at once' : formats ? 'again' : 'never';
  return { ok: true, settings: { ...settings, confidence, minSilenceS, maxSilenceS, format } };
}

const no = (message: string): Query => ({ ok: false, message });
