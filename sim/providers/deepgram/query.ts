// What a client asks for in the address of each of Deepgram's sockets, read and checked. A complaint is the
// text that the refused client should see; parameters that the emulator has no use for are accepted.

export type Query<S> =
  | { readonly ok: true; readonly settings: S }
  | { readonly ok: false; readonly message: string };

export type ListenSettings = {
  readonly encoding: string;
  readonly sampleRate: number;
  readonly interims: boolean;
  /** Silence that ends a stretch of speech, s; undefined when off. */
  readonly endpointingS: number | undefined;
  readonly utteranceEndS: number | undefined;
  readonly vadEvents: boolean;
};

export type FluxSettings = {
  readonly encoding: string;
  readonly sampleRate: number;
  /** No eager events when undefined. */
  readonly eager: number | undefined;
  /** 1 = turns end by force or timeout only. */
  readonly end: number;
  readonly timeoutS: number;
};

export type SpeakSettings = {
  readonly model: string;
  readonly rate: number;
  readonly encoding: 's16le' | 'mulaw';
};

const ENCODINGS = /^(linear16|linear32|mulaw|alaw|flac|opus|ogg-opus|speex|amr-nb|amr-wb|g729)$/;
const NOVA = /^nova-[23](-[a-z]+)*$/;
const FLUX = /^flux-general-(en|multi)$/;
const AURA = /^aura(-2)?-[a-z]+-[a-z]{2}$/;
/** 10 ms unless it is asked for otherwise. */
const ENDPOINTING_MS = 10;

export function readListen(query: URLSearchParams): Query<ListenSettings> {
  const audio = readAudio(query);
  if (!audio.ok) return audio;
  if (!NOVA.test(query.get('model') ?? 'nova-3'))
    return no('model does not exist or is not available to you');
  const endpointing = query.get('endpointing') ?? String(ENDPOINTING_MS);
  if (endpointing !== 'false' && !/^\d{1,5}$/.test(endpointing)) return no('endpointing: ms or false');
  const interims = query.get('interim_results') === 'true';
  const gap = query.get('utterance_end_ms');
  if (gap !== null && (Number(gap) < 1_000 || !interims)) {
    return no('utterance_end_ms: at least 1000, with interim_results=true');
  }
  const settings = {
    ...audio.settings,
    interims,
    endpointingS: endpointing === 'false' ? undefined : Number(endpointing) / 1_000,
    utteranceEndS: gap === null ? undefined : Number(gap) / 1_000,
    vadEvents: query.get('vad_events') === 'true',
  };
  return { ok: true, settings };
}

export function readFlux(query: URLSearchParams): Query<FluxSettings> {
  const audio = readAudio(query);
  if (!audio.ok) return audio;
  if (!FLUX.test(query.get('model') ?? '')) return no('model: flux-general-en or flux-general-multi');
  const end = Number(query.get('eot_threshold') ?? 0.7);
  if (!((end >= 0.5 && end <= 0.9) || end === 1)) return no('eot_threshold: 0.5 to 0.9, or 1.0');
  const asked = query.get('eager_eot_threshold');
  const eager = asked === null ? undefined : Number(asked);
  if (eager !== undefined && !(eager >= 0.3 && eager <= Math.min(0.9, end))) {
    return no('eager_eot_threshold: 0.3 to 0.9, and not above eot_threshold');
  }
  const timeoutMs = Number(query.get('eot_timeout_ms') ?? 5_000);
  if (!(timeoutMs >= 500 && timeoutMs <= 60_000)) return no('eot_timeout_ms: 500 to 60000');
  return { ok: true, settings: { ...audio.settings, eager, end, timeoutS: timeoutMs / 1_000 } };
}

export function readSpeak(query: URLSearchParams): Query<SpeakSettings> {
  const model = query.get('model') ?? 'aura-2-thalia-en';
  if (!AURA.test(model)) return no('model does not exist');
  const encoding = query.get('encoding') ?? 'linear16';
  const rate = Number(query.get('sample_rate') ?? 24_000);
  const rates = encoding === 'linear16' ? [8_000, 16_000, 24_000, 32_000, 48_000] : [8_000, 16_000];
  if (encoding !== 'linear16' && encoding !== 'mulaw')
    return no('encoding: this emulator speaks linear16 and mulaw');
  if (!rates.includes(rate)) return no(`sample_rate: one of ${rates.join(', ')}`);
  return { ok: true, settings: { model, rate, encoding: encoding === 'mulaw' ? 'mulaw' : 's16le' } };
}

function readAudio(
  query: URLSearchParams,
): Query<{ readonly encoding: string; readonly sampleRate: number }> {
  const encoding = query.get('encoding') ?? '';
  if (!ENCODINGS.test(encoding)) return no('encoding is not one that is supported');
  const sampleRate = Number(query.get('sample_rate'));
  if (!Number.isInteger(sampleRate) || sampleRate < 8_000 || sampleRate > 48_000) {
    return no('sample_rate is required with this encoding');
  }
  return { ok: true, settings: { encoding, sampleRate } };
}

const no = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });
