// One stream of text that becomes speech: the buffer with its chunk schedule, the rule about voice
// settings, and the recital. Both WebSockets consist of these. There is no cancel: a context that is
// closed speaks what it was given to the end.
import type { Micros } from '#agent/core/time.ts';
import type { JsonObject } from '../answer.ts';
import { isObject } from '../answer.ts';
import type { AnswerPlan, Denial } from '../fault-desk.ts';
import { Recital, type RecitalSink } from '../recital.ts';
import type { Service } from '../service.ts';
import type { Speech, SpeechChunk, SpeechPress } from '../speech.ts';
import { type ElevenLabsError, errorOfStatus, invalid, settingsChanged, textTooLong } from './error.ts';
import type { StreamSettings } from './stream-settings.ts';

export interface ContextOutlet {
  audio(context: TextContext, speech: Speech, chunk: SpeechChunk): void;
  final(context: TextContext): void;
  broken(context: TextContext, how: 'cut' | 'malformed' | 'error_mid'): void;
}

const SCHEDULE: readonly number[] = [120, 160, 250, 290];
/** `try_trigger_generation` speaks a buffer of this many characters. */
const TRY_CHARACTERS_MIN = 50;
const TEXT_CHARS_MAX = 40_000;

export class TextContext implements RecitalSink {
  readonly id: string;
  lastInput: Micros;
  readonly #service: Service;
  readonly #press: SpeechPress;
  readonly #settings: StreamSettings;
  readonly #outlet: ContextOutlet;
  #schedule = SCHEDULE;
  #generations = 0;
  #voiceSettings: string | undefined;
  #begun = false;
  #buffer = '';
  #characters = 0;
  #audible = false;
  /** Set by the first text that is not blank. */
  #active: { readonly request: number; readonly recital: Recital } | undefined;

  constructor(
    id: string,
    tools: { service: Service; press: SpeechPress; settings: StreamSettings },
    outlet: ContextOutlet,
  ) {
    this.id = id;
    this.#service = tools.service;
    this.#press = tools.press;
    this.#settings = tools.settings;
    this.#outlet = outlet;
    this.lastInput = tools.service.now();
  }

  /** One message's settings and text. Returns what is wrong with it, which ends the connection. */
  take(message: JsonObject, text: string, flush: boolean): ElevenLabsError | undefined {
    this.lastInput = this.#service.now();
    const complaint = this.#configure(message);
    if (complaint !== undefined) return complaint;
    // Blank text at the start of a piece is the init message or a keepalive.
    if (text.trim() !== '' || this.#buffer !== '') this.#buffer += text;
    if (this.#buffer.length > TEXT_CHARS_MAX) return textTooLong;
    if (this.#buffer.trim() !== '' && this.#active === undefined) {
      const denial = this.#activate();
      if (denial?.kind === 'status') return errorOfStatus(denial.status);
    }
    const tries = message['try_trigger_generation'] === true && this.#buffer.length >= TRY_CHARACTERS_MIN;
    if (flush || tries || this.#settings.autoMode || this.#buffer.length >= this.#threshold())
      this.#generate();
    return undefined;
  }

  /** No more text: speaks the rest, then `final`. */
  end(): void {
    this.#generate();
    if (this.#active === undefined) this.#outlet.final(this);
    else this.#active.recital.end();
  }

  /** The connection is gone. */
  stop(): void {
    if (this.#active === undefined) return;
    const { recital, request } = this.#active;
    if (recital.busy || this.#buffer !== '') this.#service.note({ what: 'cancelled', request });
    recital.stop();
  }

  chunk(speech: Speech, index: number): void {
    const chunk = speech.chunks[index];
    if (chunk === undefined || this.#active === undefined) return;
    this.#outlet.audio(this, speech, chunk);
    if (!chunk.audible || this.#audible) return;
    this.#audible = true;
    this.#service.note({ what: 'sent', request: this.#active.request, detail: 'audible' });
  }

  generated(): void {}

  finished(): void {
    if (this.#active !== undefined) {
      const detail = `chars:${this.#characters}`;
      this.#service.note({ what: 'done', request: this.#active.request, detail });
    }
    this.#outlet.final(this);
  }

  broken(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#outlet.broken(this, how);
  }

  #configure(message: JsonObject): ElevenLabsError | undefined {
    const settings = message['voice_settings'];
    const written = settings === undefined || settings === null ? undefined : JSON.stringify(settings);
    if (!this.#begun) this.#voiceSettings = written;
    else if (written !== undefined && written !== this.#voiceSettings) return settingsChanged;
    const config = message['generation_config'];
    if (!this.#begun && isObject(config) && config['chunk_length_schedule'] !== undefined) {
      const schedule = scheduleOf(config['chunk_length_schedule']);
      if (schedule === undefined) return invalid('chunk_length_schedule: numbers between 50 and 500.');
      this.#schedule = schedule;
    }
    this.#begun = true;
    return undefined;
  }

  #threshold(): number {
    return this.#schedule[this.#generations] ?? this.#schedule.at(-1) ?? TRY_CHARACTERS_MIN;
  }

  #activate(): Denial | undefined {
    const request = this.#service.newRequest();
    this.#service.note({ what: 'received', request, detail: 'text' });
    const { draws, desk, world } = this.#service;
    const plan: AnswerPlan = desk.inAnswer(true, this.#buffer);
    if (plan.denial !== undefined) return plan.denial;
    this.#active = { request, recital: new Recital(world, { draws, desk, plan, request }, this) };
    return undefined;
  }

  #generate(): void {
    const text = this.#buffer;
    if (text.trim() === '' || this.#active === undefined) return;
    this.#buffer = '';
    this.#generations += 1;
    this.#characters += text.length;
    this.#active.recital.say(this.#press.press(text, this.#settings.format));
  }
}

function scheduleOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 50) return undefined;
  const valid = value.every((length) => typeof length === 'number' && length >= 50 && length <= 500);
  return valid ? (value as number[]) : undefined;
}
