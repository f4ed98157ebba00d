// What the microphone takes up besides the caller's lines: other voices, coughs, noise, the agent's own
// voice out of the loudspeaker, and at last the telephone's narrow band. It promises the very chunk
// it was given while none of that sounds, and otherwise tells the recogniser what is in the mix, 4 ms by
// 4 ms: the line first, then the nearest voice, then the echo; the rest is noise to it.
import { samplesOf } from '#agent/core/pcm.ts';
import { decodeMulaw, encodeMulaw } from '#agent/media/codec/mulaw.ts';
import { Decimator, Interpolator } from '#agent/media/codec/rate.ts';
import { bytesOf } from '#agent/media/pcm.ts';
import { QUANTUM_BYTES, type QuantumName } from '../providers/ear.ts';
import type { EchoPath } from './echo-path.ts';
import type { MixMemory } from './mix-memory.ts';
import { gainOf, rmsOf, type Sound, VOICE_RMS } from './sound.ts';
import { type Clip, QUANTUM_SAMPLES, type SpeechTable } from './speech-table.ts';

/** One sound in the room, at its level. */
type Layer = {
  readonly pcm: Int16Array;
  readonly gain: number;
  readonly from: number;
  /** Where it ends; moved when it is hushed. */
  until: number;
  /** Which sample of a loop sounds at `from`. */
  readonly phase: number;
  readonly voice: { readonly clip: Clip; readonly lossDb: number } | undefined;
};

/** Handle of a noise that goes on. */
export type Noise = { hush(position: number): void };

export type RoomParts = {
  readonly table: SpeechTable;
  readonly memory: MixMemory;
  readonly echo: EchoPath | undefined;
  readonly band: 'telephone' | undefined;
};

export class Room {
  readonly #parts: RoomParts;
  readonly #down = new Decimator(2);
  readonly #up = new Interpolator(2);
  #layers: Layer[] = [];

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  /** A recording sounds from stream position `from` on, so much fainter than a caller's line. */
  speak(clip: Clip, from: number, lossDb: number): void {
    const voice = { clip, lossDb };
    const until = from + clip.pcm.length;
    this.#layers.push({ pcm: clip.pcm, gain: gainOf(-lossDb), from, until, phase: 0, voice });
  }

  /** A sound at `snrDb` below a caller's voice; `phase` 0…1: where in its loop it begins. */
  sound(sound: Sound, from: number, snrDb: number, phase = 0): Noise {
    const { pcm, loops } = sound;
    const gain = (VOICE_RMS * gainOf(-snrDb)) / Math.max(1, rmsOf(pcm));
    const until = loops ? Number.POSITIVE_INFINITY : from + pcm.length;
    const layer: Layer = { pcm, gain, from, until, phase: Math.floor(phase * pcm.length), voice: undefined };
    this.#layers.push(layer);
    return {
      hush: (position) => {
        layer.until = Math.min(layer.until, position);
      },
    };
  }

  /** What the microphone takes up of `line`, a chunk at stream position `position`. */
  take(position: number, line: Uint8Array): Uint8Array {
    this.#layers = this.#layers.filter(({ until }) => until > position);
    const count = line.length >> 1;
    const present = this.#layers.filter(({ from }) => from < position + count);
    const alone = Float64Array.from(samplesOf(line));
    const sum = alone.slice();
    const owns = present.map((layer) => add(layer, position, sum));
    const echo = new Float64Array(count);
    const echoes = this.#parts.echo?.add(position, sum, echo) ?? false;
    if (present.length === 0 && !echoes && this.#parts.band === undefined) return line;
    const mixed = this.#carry(Int16Array.from(sum, clipped));
    const { memory } = this.#parts;
    for (let at = 0; at + QUANTUM_SAMPLES <= count; at += QUANTUM_SAMPLES) {
      const name = this.#name(line, position, at, { alone, present, owns, echo });
      if (name !== undefined) memory.remember(mixed, 2 * at, name);
      else memory.forget(mixed, 2 * at);
    }
    return mixed;
  }

  #carry(pcm: Int16Array): Uint8Array {
    if (this.#parts.band === undefined) return bytesOf(pcm);
    return bytesOf(this.#up.push(decodeMulaw(encodeMulaw(this.#down.push(pcm)))));
  }

  /** What a listener follows in the quantum at sample `at` of the chunk; undefined when nobody speaks. */
  #name(line: Uint8Array, position: number, at: number, mix: Mix): QuantumName | undefined {
    const energy = (samples: Float64Array) => energyOf(samples, at);
    const all = mix.owns.reduce((sum, own) => sum + energy(own), energy(mix.echo));
    const plain = this.#parts.table.identify(line, 2 * at);
    if (plain !== undefined && speaks(plain.clip, plain.quantum)) {
      const signal = energy(mix.alone);
      // Alone on the line it is a plain recording, whatever the band makes of it.
      return all === 0 ? plain : { ...plain, among: { signal, noise: all, lossDb: 0 } };
    }
    for (const [index, { voice, from }] of mix.present.entries()) {
      if (voice === undefined) continue;
      const quantum = Math.floor((position + at - from) / QUANTUM_SAMPLES);
      if (!speaks(voice.clip, quantum)) continue;
      const signal = energy(mix.owns[index] ?? mix.echo);
      const among = { signal, noise: all - signal, lossDb: voice.lossDb };
      return { clip: voice.clip, quantum, among };
    }
    const word = this.#parts.echo?.wordAt(position + at);
    if (word === undefined) return undefined;
    const signal = energy(mix.echo);
    const among = { signal, noise: all - signal, lossDb: this.#parts.echo?.lossDb ?? 0 };
    return { clip: word.clip, quantum: Math.floor((position + at - word.from) / QUANTUM_SAMPLES), among };
  }
}

type Mix = {
  /** The line, as if there were nothing else. */
  readonly alone: Float64Array;
  readonly present: readonly Layer[];
  /** What each of them adds, and the echo. */
  readonly owns: readonly Float64Array[];
  readonly echo: Float64Array;
};

/** Adds the layer to `sum`; returns what it added. */
function add({ pcm, gain, from, until, phase }: Layer, position: number, sum: Float64Array): Float64Array {
  const own = new Float64Array(sum.length);
  const first = Math.max(0, from - position);
  const last = Math.min(sum.length, until - position);
  for (let at = first; at < last; at += 1) {
    const sample = (pcm[(position + at - from + phase) % pcm.length] as number) * gain;
    own[at] = sample;
    sum[at] = (sum[at] as number) + sample;
  }
  return own;
}

function energyOf(samples: Float64Array, from: number): number {
  let energy = 0;
  for (let at = from; at < from + QUANTUM_SAMPLES; at += 1) energy += (samples[at] ?? 0) ** 2;
  return energy;
}

/** Between its first and its last word, pauses included. */
function speaks(clip: QuantumName['clip'], quantum: number): boolean {
  const ms = (quantum * QUANTUM_BYTES) / 32;
  const first = clip.words[0]?.startMs ?? Number.POSITIVE_INFINITY;
  return ms >= first - 4 && ms < (clip.words.at(-1)?.endMs ?? 0);
}

const clipped = (sample: number): number => Math.max(-32_768, Math.min(32_767, Math.round(sample)));
