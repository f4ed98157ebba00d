// One utterance laid out as the chunks of a microphone stream: room tone up to the next 32 ms
// boundary (where the recordings were scored), the recordings with their pauses, room tone to the end
// of the last chunk. Equal utterances are the same objects, so that whatever is computed per chunk is
// computed once.
import type { Micros } from '#agent/core/time.ts';
import type { Part, PartRole } from './script.ts';
import { type Clip, type SpeechTable, WINDOW_SAMPLES } from './speech-table.ts';

export const MIC_RATE = 16_000;
/** Utterances kept: campaigns with pauses of every length would keep megabytes for ever. */
const KEPT_MAX = 256;
/** Room tone before the first word of every recording, in samples. */
const CLIP_LEAD_SAMPLES = 1_024;

export type Utterance = {
  readonly chunks: readonly Uint8Array[];
  /** First speech sample and the end of the last one, in samples from the first chunk's begin. */
  readonly firstSample: number;
  readonly endSample: number;
  /** Where the parts that play a role sound, neighbours of one role as one. */
  readonly marks: readonly Mark[];
};

export type Mark = {
  readonly role: PartRole;
  readonly firstSample: number;
  readonly endSample: number;
  readonly text: string;
};

/** Microseconds of `samples` at the microphone's rate. */
export const micUs = (samples: number): Micros => Math.round((samples * 1_000_000) / MIC_RATE);

/** Lays out utterances of one table; the same request gives the same chunks. */
export class UtteranceBook {
  readonly #table: SpeechTable;
  readonly #kept = new Map<string, Utterance>();
  readonly #tone = new Map<number, Uint8Array>();

  constructor(table: SpeechTable) {
    this.#table = table;
  }

  /** Room tone of `samples` beginning at stream position `position`. */
  tone(position: number, samples: number): Uint8Array {
    const phase = position % WINDOW_SAMPLES;
    const key = samples * WINDOW_SAMPLES + phase;
    const known = this.#tone.get(key);
    if (known !== undefined) return known;
    const pcm = new Int16Array(samples);
    this.#fillTone(pcm, 0, samples, phase);
    const tone = new Uint8Array(pcm.buffer);
    this.#tone.set(key, tone);
    return tone;
  }

  /** The utterance when its first chunk begins at stream position `position`. Throws without a recording. */
  lay(voice: string, parts: readonly Part[], position: number, chunkSamples: number): Utterance {
    const phase = position % WINDOW_SAMPLES;
    const key = `${voice}/${phase}/${chunkSamples}/${JSON.stringify(parts)}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = this.#make(voice, parts, phase, chunkSamples);
    if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value ?? '');
    this.#kept.set(key, made);
    return made;
  }

  #make(voice: string, parts: readonly Part[], phase: number, chunkSamples: number): Utterance {
    const lead = (WINDOW_SAMPLES - phase) % WINDOW_SAMPLES;
    const placed: { readonly clip: Clip; readonly at: number }[] = [];
    let at = lead;
    let firstSample: number | undefined;
    let endSample = lead;
    let pauseMs = 0;
    const marks = new Marks();
    for (const part of parts) {
      if ('pauseMs' in part) {
        pauseMs += part.pauseMs;
        marks.pause(part.as, endSample);
        const wanted = endSample - lead + pauseMs * (MIC_RATE / 1_000) - CLIP_LEAD_SAMPLES;
        // On a window, and never before the last word is out.
        at = lead + Math.max(onWindow(wanted), afterWindow(endSample - lead));
        continue;
      }
      pauseMs = 0;
      const clip = this.#find(voice, part.text);
      placed.push({ clip, at });
      const startSample = at + samplesOf(clip.speechStartUs);
      firstSample ??= startSample;
      endSample = at + samplesOf(clip.speechEndUs);
      marks.spoken(part, startSample, endSample);
      at += clip.pcm.length;
    }
    // A pause at the end does not cut the last recording short: half a window of it was never scored.
    const end = placed.reduce((latest, { clip, at }) => Math.max(latest, at + clip.pcm.length), at);
    const pcm = new Int16Array(Math.ceil(end / chunkSamples) * chunkSamples);
    this.#fillTone(pcm, 0, pcm.length, phase);
    // Later parts overwrite the quiet tail of earlier ones where a pause is short.
    for (const { clip, at } of placed) pcm.set(clip.pcm, at);
    const bytes = new Uint8Array(pcm.buffer);
    const chunks: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += chunkSamples * 2) {
      chunks.push(bytes.subarray(from, from + chunkSamples * 2));
    }
    return { chunks, firstSample: firstSample ?? lead, endSample, marks: marks.all };
  }

  #fillTone(pcm: Int16Array, from: number, to: number, phase: number): void {
    const tone = this.#table.ambient.pcm;
    for (let at = from; at < to; at += 1) pcm[at] = tone[(phase + at - from) % tone.length] ?? 0;
  }

  #find(voice: string, text: string): Clip {
    const clip = this.#table.find(voice, text);
    if (clip === undefined) throw new Error(`no recording of voice ${voice}: "${text}"`);
    return clip;
  }
}

/** Collects marks; a pause lasts until the next word, and one at the very end marks nothing. */
class Marks {
  readonly all: Mark[] = [];
  #pausing: { readonly role: PartRole; readonly from: number } | undefined;
  /** Role of what was marked last; undefined after words without one. */
  #last: PartRole | undefined;

  pause(role: PartRole | undefined, from: number): void {
    if (role !== undefined) this.#pausing ??= { role, from };
  }

  spoken({ text, as: role }: Part & { readonly text: string }, from: number, until: number): void {
    if (this.#pausing !== undefined) this.#add(this.#pausing.role, this.#pausing.from, from, '');
    this.#pausing = undefined;
    if (role !== undefined) this.#add(role, from, until, text);
    this.#last = role;
  }

  #add(role: PartRole, firstSample: number, endSample: number, text: string): void {
    const last = this.all.at(-1);
    if (last === undefined || this.#last !== role) {
      this.all.push({ role, firstSample, endSample, text });
      this.#last = role;
      return;
    }
    this.all[this.all.length - 1] = { ...last, endSample, text: `${last.text} ${text}`.trim() };
  }
}

const onWindow = (samples: number): number => Math.round(samples / WINDOW_SAMPLES) * WINDOW_SAMPLES;
const afterWindow = (samples: number): number => Math.ceil(samples / WINDOW_SAMPLES) * WINDOW_SAMPLES;

const samplesOf = (us: Micros): number => Math.round((us * MIC_RATE) / 1_000_000);

const BOOKS = new WeakMap<SpeechTable, UtteranceBook>();

/** The book of a table, shared by all calls: recordings do not change. */
export function bookOf(table: SpeechTable, interning: boolean): UtteranceBook {
  const known = interning ? BOOKS.get(table) : undefined;
  if (known !== undefined) return known;
  const book = new UtteranceBook(table);
  if (interning) BOOKS.set(table, book);
  return book;
}
