// A stage for stories about one session: a caller with a microphone and a keyboard, a client that
// keeps what it is sent, three actors for the services, and a time that only moves when the story
// runs. Everything that was said, sent and noted can be asked for afterwards.
import { Agenda } from './agenda.test-support.ts';
import { type LlmAnswer, ScriptedLlm, ScriptedStt, ScriptedTts, VOICE_RATE } from './cast.test-support.ts';
import type { ClientEvent, ClientHooks, ClientSession } from './client.ts';
import type { AgentFact } from './fact.ts';
import type { Frame } from './frame.ts';
import type { SessionEffect } from './outlet.ts';
import type { ChatMessage } from './provider.ts';
import { type Restored, Session, type SessionInput } from './session.ts';
import { type CoreSettings, DEFAULT_CORE_SETTINGS } from './setting.ts';
import { type Micros, ms } from './time.ts';

export type FactOf<What extends AgentFact['what']> = Extract<AgentFact, { what: What }>;
export type SentAudio = { readonly t: Micros; readonly pcm: Uint8Array };

export class PaperClient implements ClientSession {
  readonly outputRate = VOICE_RATE;
  readonly flushable: boolean;
  readonly leadUs = undefined;
  readonly #hooks: ClientHooks;
  readonly incoming: ClientEvent[] = [];
  readonly frames: { readonly t: Micros; readonly frame: Frame }[] = [];
  readonly sent: SentAudio[] = [];
  closedWith: string | undefined;

  constructor(flushable: boolean, hooks: ClientHooks) {
    this.flushable = flushable;
    this.#hooks = hooks;
  }

  receive(now: Micros): void {
    const event = this.incoming.shift();
    if (event !== undefined && this.closedWith === undefined) this.#hooks.event(now, event);
  }

  /** Media is taken as one more event of the story. */
  receiveMedia(now: Micros, pcm: Uint8Array): void {
    this.#hooks.event(now, { kind: 'audio', pcm, sampleRate: 16_000 });
  }

  observe(t: Micros, frame: Frame): void {
    this.frames.push({ t, frame });
  }

  sendAudio(t: Micros, pcm: Uint8Array): void {
    this.sent.push({ t, pcm });
  }

  flushAudio(): void {}

  back(): boolean {
    return true;
  }

  close(now: Micros, reason: string): void {
    this.closedWith = reason;
    this.#hooks.close(now, 1000, reason);
  }
}

export type Staging = {
  readonly flushable?: boolean;
  readonly settings?: (defaults: CoreSettings) => CoreSettings;
  readonly restored?: Restored;
};

type Utterance = { readonly mark: number; readonly fromUs: Micros; readonly toUs: Micros };

const MIC_CHUNK_US = ms(20);

export class Rehearsal {
  readonly agenda = new Agenda();
  readonly facts: AgentFact[] = [];
  readonly effects: SessionEffect[] = [];
  readonly answers: LlmAnswer[] = [];
  readonly session: Session;
  #cast: { client?: PaperClient; stt?: ScriptedStt; llm?: ScriptedLlm; tts?: ScriptedTts } = {};
  #now: Micros = 0;
  readonly #utterances: Utterance[] = [];
  #micOn = false;

  constructor(staging: Staging = {}) {
    const settings = staging.settings?.(DEFAULT_CORE_SETTINGS) ?? DEFAULT_CORE_SETTINGS;
    const cast = this.#cast;
    const stt = { finalMs: 80, finalizedMs: 0, texts: new Map<number, string>() };
    const voice = {
      wordMs: () => 200,
      chunkMs: () => 100,
      delayMs: () => 20,
      wordLagMs: 0,
      fault: undefined,
    };
    this.session = new Session(settings, {
      client: (hooks) => (cast.client = new PaperClient(staging.flushable ?? false, hooks)),
      stt: (hooks) => (cast.stt = new ScriptedStt(stt, hooks)),
      llm: (hooks) => (cast.llm = new ScriptedLlm(this.answers, hooks)),
      tts: (hooks) => (cast.tts = new ScriptedTts(voice, hooks)),
      ...(staging.restored === undefined ? {} : { restored: staging.restored }),
      countTokens: (text) => text.split(/\s+/).filter((word) => word !== '').length,
    });
    this.input({ kind: 'start' });
  }

  get now(): Micros {
    return this.#now;
  }
  get client(): PaperClient {
    return present(this.#cast.client);
  }
  get stt(): ScriptedStt {
    return present(this.#cast.stt);
  }
  get llm(): ScriptedLlm {
    return present(this.#cast.llm);
  }
  get tts(): ScriptedTts {
    return present(this.#cast.tts);
  }
  get history(): readonly ChatMessage[] {
    return this.session.history;
  }
  get ended(): boolean {
    return this.effects.at(-1)?.kind === 'ended';
  }

  /** The caller speaks aloud; noise when the text is empty. Opens the microphone. */
  speaks(text: string, { at, lasting = 800 }: { at: number; lasting?: number }): void {
    const mark = this.#utterances.length + 1;
    this.#utterances.push({ mark, fromUs: ms(at), toUs: ms(at + lasting) });
    this.stt.script.texts.set(mark, text);
    if (this.#micOn) return;
    this.#micOn = true;
    this.agenda.plan(this.#now, (now) => this.#mic(now));
  }

  mutes(at: number): void {
    this.agenda.plan(ms(at), () => {
      this.#micOn = false;
    });
  }

  types(
    content: string,
    { at, run = true, speak = true }: { at: number; run?: boolean; speak?: boolean },
  ): void {
    this.does({ kind: 'text', content, run, speak }, at);
  }

  /** Anything else that a client does. */
  does(event: ClientEvent, at: number): void {
    this.agenda.plan(ms(at), () => {
      this.client.incoming.push(event);
      this.input({ kind: 'client', data: '' });
    });
  }

  at(atMs: number, happens: (now: Micros) => void): void {
    this.agenda.plan(ms(atMs), happens);
  }

  input(event: SessionInput): void {
    this.session.input(this.#now, event);
    for (let effect = this.session.poll(); effect !== undefined; effect = this.session.poll()) {
      this.effects.push(effect);
      if (effect.kind === 'fact') this.facts.push(effect.fact);
      if (effect.kind !== 'score') continue;
      this.session.input(this.#now, { kind: 'scored', score: effect.pcm[0] === 0 ? 0 : 1_024 });
    }
  }

  /** Plays until `untilMs`, inclusive. */
  run(untilMs: number): void {
    const until = ms(untilMs);
    for (;;) {
      const at = Math.min(this.agenda.next() ?? Infinity, this.session.deadline() ?? Infinity);
      if (at > until) break;
      this.#now = Math.max(this.#now, at);
      if ((this.session.deadline() ?? Infinity) <= this.#now) this.input({ kind: 'wake' });
      this.agenda.play(this.#now);
    }
    this.#now = until;
  }

  all<What extends AgentFact['what']>(what: What): FactOf<What>[] {
    return this.facts.filter((fact): fact is FactOf<What> => fact.what === what);
  }

  framesOf<Kind extends Frame['kind']>(kind: Kind): Extract<Frame, { kind: Kind }>[] {
    return this.client.frames.flatMap(({ frame }) =>
      frame.kind === kind ? [frame as Extract<Frame, { kind: Kind }>] : [],
    );
  }

  /** What the agent believes was said, as short lines. */
  get story(): string[] {
    return this.history.map(({ role, content }) => `${role}: ${content}`);
  }

  #mic(now: Micros): void {
    const spoken = this.#utterances.find(({ fromUs, toUs }) => fromUs < now && now <= toUs);
    if (this.#micOn) {
      const pcm = new Uint8Array(640);
      if (spoken !== undefined) for (let at = 0; at < pcm.length; at += 2) pcm[at] = spoken.mark;
      this.client.incoming.push({ kind: 'audio', pcm, sampleRate: 16_000 });
      this.input({ kind: 'client', data: '' });
    }
    if (!this.ended) this.agenda.plan(now + MIC_CHUNK_US, (then) => this.#mic(then));
  }
}

function present<T>(actor: T | undefined): T {
  if (actor === undefined) throw new Error('the session did not ask for this part');
  return actor;
}
