// The scene of a call in which more is heard than the caller's lines: noise from act to act, what happens
// during a reply, and the agent's echo. It states each of them as a fact, with the time at which it
// really sounded at the microphone, so that nobody has to guess later who wanted the floor.
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { CallerEvent, CallerFact } from '#sim/kernel/fact.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import type { Chance } from '#sim/providers/vendor.ts';
import type { HeardPiece } from './client/client.ts';
import { EchoPath } from './echo-path.ts';
import type { MixMemory } from './mix-memory.ts';
import type { Mouth } from './mouth.ts';
import { type Noise, Room } from './room.ts';
import type { CallerScript, Happening, Surrounding } from './script.ts';
import type { Sound } from './sound.ts';
import type { Clip, SpeechTable } from './speech-table.ts';

/** People who only show that they listen do it under their breath. Inferred. */
const BACKCHANNEL_LOSS_DB = 4;
/** A cough is as loud as a word. */
const COUGH_SNR_DB = 0;
/** So long after something happened a listener still expects that the agent goes on. */
const UNSURE_US: Micros = seconds(1.5);

export type SceneParts = {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly script: CallerScript;
  readonly table: SpeechTable;
  readonly memory: MixMemory;
  readonly index: EarIndex;
  note(fact: CallerFact): void;
};

type Running = { readonly surrounding: Surrounding; readonly noise: Noise; readonly atUs: Micros };

export class Scene {
  readonly room: Room;
  readonly #parts: SceneParts;
  readonly #echo: EchoPath | undefined;
  readonly #mouth: () => Mouth;
  #running: Running[] = [];
  #act = 0;
  #lastUs: Micros = Number.NEGATIVE_INFINITY;

  /** `mouth`: asked for once the call has begun. */
  constructor(parts: SceneParts, mouth: () => Mouth) {
    const { script, index, table, memory } = parts;
    this.#parts = parts;
    this.#mouth = mouth;
    this.#echo = script.line?.echo === undefined ? undefined : new EchoPath(index, script.line.echo);
    this.room = new Room({ table, memory, echo: this.#echo, band: script.line?.band });
  }

  /** A listener cannot be sure that the agent has finished: it may have been disturbed. */
  get unsure(): boolean {
    if (this.#running.length > 0 || this.#echo !== undefined) return true;
    return this.#parts.clock.now() - this.#lastUs < UNSURE_US;
  }

  /** What sounds at the ear comes back at the microphone. */
  heard(piece: HeardPiece): void {
    this.#echo?.hear(piece, this.#mouth().startUs);
  }

  /** The agent was audible from `fromUs` to `untilUs`. */
  echoed(fromUs: Micros, untilUs: Micros): void {
    const echo = this.#parts.script.line?.echo;
    if (echo === undefined) return;
    const delayUs = ms(echo.delayMs);
    this.#state('echo', fromUs + delayUs, untilUs + delayUs, `-${echo.lossDb} dB`);
  }

  /** Act `index` begins: some noises end, others begin. */
  act(index: number): void {
    this.#act = index;
    const ending = this.#running.filter(({ surrounding }) => surrounding.untilAct === index);
    this.#running = this.#running.filter((running) => !ending.includes(running));
    for (const running of ending) this.#hush(running);
    for (const surrounding of this.#parts.script.surroundings ?? []) {
      if (surrounding.fromAct === index) this.#surround(surrounding);
    }
  }

  /** Something happens now. */
  happen(happening: Happening): void {
    const from = this.#mouth().positionAt(this.#parts.clock.now());
    switch (happening.kind) {
      case 'backchannel': {
        const clip = this.#clip(this.#parts.script.voice, happening.text);
        return this.#speak('backchannel', clip, from, BACKCHANNEL_LOSS_DB);
      }
      case 'side_talk':
        return this.#speak(
          'side_talk',
          this.#clip(happening.voice, happening.text),
          from,
          -happening.levelDb,
        );
      case 'cough': {
        const sound = this.#sound('cough');
        this.room.sound(sound, from, COUGH_SNR_DB);
        return this.#stateSound('cough', from, sound.pcm.length, 'cough');
      }
      case 'noise': {
        const { sound: name, snrDb, forMs } = happening;
        const sound = this.#sound(name);
        const samples = sound.loops ? forMs * 16 : sound.pcm.length;
        this.room.sound(sound, from, snrDb, this.#phase(name)).hush(from + samples);
        return this.#stateSound('noise', from, samples, `${name} ${snrDb} dB`);
      }
    }
  }

  /** The call is over: what still sounds ends. */
  leave(): void {
    for (const running of this.#running.splice(0)) this.#hush(running);
  }

  #surround(surrounding: Surrounding): void {
    const { sound, snrDb } = surrounding;
    const mouth = this.#mouth();
    const from = mouth.positionAt(this.#parts.clock.now());
    const noise = this.room.sound(this.#sound(sound), from, snrDb, this.#phase(sound));
    this.#running.push({ surrounding, noise, atUs: mouth.timeOf(from) });
  }

  /** Where in its loop a sound begins: drawn, so that every call has another mix. */
  #phase(sound: string): number {
    return this.#parts.chance.uniform(this.#act, 'caller.noise', sound);
  }

  #hush({ surrounding, noise, atUs }: Running): void {
    const mouth = this.#mouth();
    const position = mouth.positionAt(this.#parts.clock.now());
    noise.hush(position);
    this.#state('noise', atUs, mouth.timeOf(position), `${surrounding.sound} ${surrounding.snrDb} dB`);
  }

  #speak(kind: CallerEvent, clip: Clip, from: number, lossDb: number): void {
    this.room.speak(clip, from, lossDb);
    const startUs = this.#mouth().timeOf(from);
    this.#state(kind, startUs + clip.speechStartUs, startUs + clip.speechEndUs, clip.text);
  }

  #stateSound(kind: CallerEvent, from: number, samples: number, detail: string): void {
    this.#state(kind, this.#mouth().timeOf(from), this.#mouth().timeOf(from + samples), detail);
  }

  #state(kind: CallerEvent, atUs: Micros, untilUs: Micros, detail: string): void {
    const t = this.#parts.clock.now();
    if (kind !== 'echo') this.#lastUs = Math.max(this.#lastUs, t);
    this.#parts.note({ t, who: 'caller', what: 'event', kind, act: this.#act, atUs, untilUs, detail });
  }

  #clip(voice: string, text: string): Clip {
    const clip = this.#parts.table.find(voice, text);
    if (clip === undefined) throw new Error(`no recording of voice ${voice}: "${text}"`);
    return clip;
  }

  #sound(name: string): Sound {
    const { sounds } = this.#parts.table;
    const sound = sounds.find(name);
    if (sound === undefined) throw new Error(`no sound "${name}"; there are: ${sounds.names.join(', ')}`);
    return sound;
  }
}
