// The three services as actors: they implement the provider ports, say what the script tells them to
// say and when, and keep to the contract (nothing follows a cancel). They know no vendor and no wire.
import { Agenda } from './agenda.test-support.ts';
import type { Failure } from './failure.ts';
import type {
  ChatMessage,
  GenerationWish,
  LlmEvent,
  LlmHooks,
  LlmSession,
  LlmUsage,
  ProviderSession,
  SttEvent,
  SttHooks,
  SttSession,
  ToolCall,
  TtsHooks,
  TtsSession,
  Word,
} from './provider.ts';
import { type Micros, ms } from './time.ts';

export const LOST: Failure = { reason: 'disconnected', message: 'the line was cut', retryable: true };

/** Samples per second of the voice. */
export const VOICE_RATE = 8_000;

abstract class Actor implements ProviderSession {
  protected readonly agenda = new Agenda();
  stopped = false;

  start(_now: Micros): void {}

  stop(_now: Micros): void {
    this.stopped = true;
    this.agenda.clear();
  }

  deadline(): Micros | undefined {
    return this.agenda.next();
  }

  wake(now: Micros): void {
    this.agenda.play(now);
  }

  receive(): void {}
}

export type SttScript = {
  /** From `finalize` to the final; undefined: it never comes. */
  finalMs: number | undefined;
  /** From the final to `finalized`; negative: before the final. */
  finalizedMs: number;
  /** Words of an utterance, by the mark that its samples carry. */
  readonly texts: Map<number, string>;
};

/** Hears the marks of the utterances whose samples reach it. */
export class ScriptedStt extends Actor implements SttSession {
  readonly script: SttScript;
  readonly #hooks: SttHooks;
  /** Every byte that reached it, in order. */
  readonly heard: number[] = [];
  #marks: number[] = [];
  dead = false;

  constructor(script: SttScript, hooks: SttHooks) {
    super();
    this.script = script;
    this.#hooks = hooks;
  }

  sendAudio(_now: Micros, pcm: Uint8Array): void {
    for (let at = 0; at < pcm.length; at += 2) {
      const mark = pcm[at] ?? 0;
      this.heard.push(mark);
      if (mark > 0 && this.#marks.at(-1) !== mark) this.#marks.push(mark);
    }
  }

  finalize(now: Micros): void {
    if (this.dead) return this.say(now, { kind: 'finalized' });
    const { finalMs, finalizedMs } = this.script;
    if (finalMs === undefined) return;
    const at = now + ms(finalMs);
    const text = this.#marks.flatMap((mark) => this.script.texts.get(mark) || []).join(' ');
    this.#marks = [];
    this.agenda.plan(at, (then) => this.say(then, { kind: 'final', text }));
    this.agenda.plan(at + ms(finalizedMs), (then) => this.say(then, { kind: 'finalized' }));
  }

  say(now: Micros, event: SttEvent): void {
    if (event.kind === 'failed' && event.fatal) this.dead = true;
    this.#hooks.event(now, event);
  }
}

export type LlmAnswer = {
  readonly text: string;
  readonly firstTokenMs?: number;
  readonly tokenMs?: number;
  readonly finish?: 'stop' | 'length' | 'tools' | 'other';
  /** What it wants of its tools, when its text is out. */
  readonly calls?: readonly ToolCall[];
  /** Instead of `done`. */
  readonly failure?: Failure;
  readonly usage?: LlmUsage;
};

/** Gives the answers of its script one after the other, then always the same. */
export class ScriptedLlm extends Actor implements LlmSession {
  readonly #answers: LlmAnswer[];
  readonly #hooks: LlmHooks;
  readonly requests: (readonly ChatMessage[])[] = [];
  readonly wishes: (GenerationWish | undefined)[] = [];
  readonly cancelled: number[] = [];
  readonly #live = new Set<number>();

  constructor(answers: LlmAnswer[], hooks: LlmHooks) {
    super();
    this.#answers = answers;
    this.#hooks = hooks;
  }

  /** Generations that are neither done nor cancelled. */
  get live(): number {
    return this.#live.size;
  }

  generate(now: Micros, id: number, messages: readonly ChatMessage[], wish?: GenerationWish): void {
    this.requests.push([...messages]);
    this.wishes.push(wish);
    this.#live.add(id);
    const answer = this.#answers.shift() ?? { text: 'Yes, of course.' };
    let at = now + ms(answer.firstTokenMs ?? 100);
    for (const text of answer.text.match(/\S+\s*/g) ?? []) {
      this.agenda.plan(at, (then) => this.#say(then, { kind: 'text', id, text }));
      at += ms(answer.tokenMs ?? 5);
    }
    const { failure, finish = 'stop', usage, calls } = answer;
    const wanted = calls === undefined ? {} : { calls };
    this.agenda.plan(at, (then) =>
      this.#say(
        then,
        failure ? { kind: 'failed', id, failure } : { kind: 'done', id, finish, usage, ...wanted },
      ),
    );
  }

  cancel(_now: Micros, id: number): void {
    if (this.#live.delete(id)) this.cancelled.push(id);
  }

  /** Nothing more comes of anything. */
  stalls(): void {
    this.agenda.clear();
  }

  #say(now: Micros, event: LlmEvent): void {
    if (!this.#live.has(event.id)) return;
    if (event.kind === 'done' || event.kind === 'failed') this.#live.delete(event.id);
    this.#hooks.event(now, event);
  }
}

export type TtsScript = {
  /** Length of the reply's word number `index`, ms. */
  wordMs: (index: number) => number;
  chunkMs: (index: number) => number;
  /** From text to its first chunk, and from chunk to chunk; less than the chunk is faster than real time. */
  delayMs: (chunk: number) => number;
  /** Words follow their audio by this. */
  wordLagMs: number;
  /** The reply that fails, after so many chunks; `fatal` takes the voice away for good. */
  fault: { readonly reply: number; readonly afterChunks: number; readonly fatal: boolean } | undefined;
};

type Recital = { words: number; chunks: number; samples: number; at: Micros; owed: number; ended: boolean };

/** Speaks: sample value = 1,000 times the reply + 200 + number of the word in it. */
export class ScriptedTts extends Actor implements TtsSession {
  readonly script: TtsScript;
  readonly #hooks: TtsHooks;
  readonly #recitals = new Map<number, Recital>();
  /** Audio as it was delivered. */
  readonly delivered: { readonly t: Micros; readonly reply: number; readonly bytes: number }[] = [];
  /** Words as they were spoken, by reply. */
  readonly words = new Map<number, Word[]>();
  readonly spoken: { readonly reply: number; readonly text: string }[] = [];
  dead = false;

  constructor(script: TtsScript, hooks: TtsHooks) {
    super();
    this.script = script;
    this.#hooks = hooks;
  }

  speak(now: Micros, reply: number, text: string): void {
    if (this.dead) return this.#fail(now, reply, true);
    this.spoken.push({ reply, text });
    const recital = this.#recital(now, reply);
    const pcm: number[] = [];
    const words: Word[] = [];
    for (const word of text.split(/\s+/)) {
      const samples = Math.round((this.script.wordMs(recital.words) * VOICE_RATE) / 1_000);
      const startUs = Math.round(((recital.samples + pcm.length) * 1_000_000) / VOICE_RATE);
      for (let n = 0; n < samples; n += 1) pcm.push(reply * 1_000 + 200 + recital.words);
      const endUs = Math.round(((recital.samples + pcm.length) * 1_000_000) / VOICE_RATE);
      words.push({ text: word, startUs, endUs });
      recital.words += 1;
    }
    this.words.set(reply, [...(this.words.get(reply) ?? []), ...words]);
    recital.at = Math.max(recital.at, now);
    this.#planChunks(reply, recital, pcm, words);
  }

  endReply(now: Micros, reply: number): void {
    const recital = this.#recital(now, reply);
    recital.ended = true;
    this.agenda.plan(Math.max(now, recital.at), (then) => this.#endMaybe(then, reply, recital));
  }

  cancel(_now: Micros, reply: number): void {
    this.#recitals.delete(reply);
  }

  /** The connection is up. */
  opens(now: Micros): void {
    this.#hooks.event(now, { kind: 'ready' });
  }

  /** The connection is lost; `fatal`: for good. */
  breaks(now: Micros, fatal = false): void {
    this.dead ||= fatal;
    this.#hooks.event(now, { kind: 'failed', reply: undefined, failure: LOST, fatal });
  }

  #recital(now: Micros, reply: number): Recital {
    const known = this.#recitals.get(reply);
    if (known !== undefined) return known;
    const recital = { words: 0, chunks: 0, samples: 0, at: now, owed: 0, ended: false };
    this.#recitals.set(reply, recital);
    return recital;
  }

  #planChunks(reply: number, recital: Recital, pcm: readonly number[], words: readonly Word[]): void {
    const { chunkMs, delayMs, wordLagMs } = this.script;
    let rest = [...words];
    for (let from = 0; from < pcm.length; ) {
      const to = from + Math.max(1, Math.round((chunkMs(recital.chunks) * VOICE_RATE) / 1_000));
      const chunk = Int16Array.from(pcm.slice(from, to));
      const number = recital.chunks;
      recital.chunks += 1;
      recital.at += ms(delayMs(number));
      recital.samples += chunk.length;
      const reachedUs = (recital.samples * 1_000_000) / VOICE_RATE;
      const begun = rest.filter((word) => word.startUs < reachedUs);
      rest = rest.filter((word) => word.startUs >= reachedUs);
      this.#owe(recital, recital.at, (now) => this.#audio(now, reply, number, new Uint8Array(chunk.buffer)));
      for (const word of begun) {
        this.#owe(recital, recital.at + ms(wordLagMs), (now) => {
          if (this.#recitals.has(reply)) this.#hooks.event(now, { kind: 'word', reply, word });
        });
      }
      from = to;
    }
    this.#owe(recital, recital.at + ms(wordLagMs), (now) => this.#endMaybe(now, reply, recital));
  }

  #owe(recital: Recital, at: Micros, run: (now: Micros) => void): void {
    recital.owed += 1;
    this.agenda.plan(at, (now) => {
      recital.owed -= 1;
      run(now);
    });
  }

  #audio(now: Micros, reply: number, number: number, pcm: Uint8Array): void {
    if (!this.#recitals.has(reply)) return;
    const { fault } = this.script;
    if (fault?.reply === reply && number >= fault.afterChunks) return this.#fail(now, reply, fault.fatal);
    this.delivered.push({ t: now, reply, bytes: pcm.length });
    this.#hooks.event(now, { kind: 'audio', reply, pcm });
  }

  #fail(now: Micros, reply: number, fatal: boolean): void {
    this.#recitals.delete(reply);
    this.dead ||= fatal;
    this.#hooks.event(now, { kind: 'failed', reply, failure: LOST, fatal });
  }

  #endMaybe(now: Micros, reply: number, recital: Recital): void {
    if (this.#recitals.get(reply) !== recital || !recital.ended || recital.owed > 0) return;
    this.#recitals.delete(reply);
    this.#hooks.event(now, { kind: 'done', reply });
  }
}
