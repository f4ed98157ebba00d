// What a client asks for in the address of Scribe v2 Realtime, read and checked. A complaint is the text of
// the `invalid_request` that the client is told behind the upgrade.
export type ScribeSettings = {
  readonly sampleRate: number;
  readonly linear: boolean;
  /** Silence after which the vendor commits by itself, s; undefined: never. */
  readonly vadSilenceS: number | undefined;
  readonly timestamps: boolean;
  /** As `session_started` repeats it. */
  readonly config: Readonly<Record<string, unknown>>;
};

export type ScribeQuery =
  | { readonly ok: true; readonly settings: ScribeSettings }
  | { readonly ok: false; readonly message: string };

const FORMAT = /^(?:pcm_(8000|16000|22050|24000|44100|48000)|ulaw_8000)$/;
/** Of the silence that commits, s. */
const SILENCE = { min: 0.3, usual: 1.5, max: 3 } as const;

export function readScribe(query: URLSearchParams): ScribeQuery {
  const model = query.get('model_id') ?? '';
  if (!/^scribe_v2(\.\d+)?_realtime$/.test(model)) return no('model_id: scribe_v2_realtime');
  const format = query.get('audio_format') ?? 'pcm_16000';
  const rate = FORMAT.exec(format);
  if (rate === null) return no('audio_format: pcm_8000 to pcm_48000, or ulaw_8000');
  const strategy = query.get('commit_strategy') ?? 'manual';
  if (strategy !== 'manual' && strategy !== 'vad') return no('commit_strategy: manual or vad');
  const silence = Number(query.get('vad_silence_threshold_secs') ?? SILENCE.usual);
  if (!(silence >= SILENCE.min && silence <= SILENCE.max)) return no('vad_silence_threshold_secs: 0.3 to 3');
  const language = query.get('language_code');
  if (language !== null && !/^[a-z]{2,3}$/.test(language)) return no('language_code: ISO 639');
  const sampleRate = Number(rate[1] ?? 8_000);
  const timestamps = query.get('include_timestamps') === 'true';
  const settings = {
    sampleRate,
    linear: format !== 'ulaw_8000',
    vadSilenceS: strategy === 'vad' ? silence : undefined,
    timestamps,
    config: {
      sample_rate: sampleRate,
      audio_format: format,
      language_code: language,
      commit_strategy: strategy,
      vad_silence_threshold_secs: silence,
      model_id: model,
      include_timestamps: timestamps,
      keyterms: query.getAll('keyterms'),
    },
  };
  return { ok: true, settings };
}

const no = (message: string): ScribeQuery => ({ ok: false, message });
