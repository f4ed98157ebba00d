// One connection to Scribe v2 Realtime (`GET /v1/speech-to-text/realtime`): chunks of audio in base64, some
// of which ask for a commit, in; partial and committed transcripts out. Committed is what was said since the
// last commit; the strategy `vad` commits by itself after a silence of the audio, and everybody after 90 s.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { type JsonObject, parseObject, textOf } from '../answer.ts';
import type { Segment, TimedEar } from '../ear.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import { TurnEar } from '../turn-ear.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import type { ScribeSettings } from './scribe-query.ts';

const AUTO_COMMIT_S = 90;
/** A commit of less audio is refused (inferred). */
const COMMIT_MIN_S = 0.3;
/** Field reports have 10 to 15 s. */
const IDLE_US: Micros = seconds(15);

type Pending = { readonly request: number; readonly segment: Segment; readonly plan: AnswerPlan };
type Partial = { readonly owner: ScribeSocket; readonly text: string; readonly epoch: number };

export class ScribeSocket implements VendorSocketHandler {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #ear: TurnEar;
  readonly #settings: ScribeSettings;
  readonly #pending: Pending[] = [];
  #lastDue: Micros = 0;
  #committedS = 0;
  /** Counts commits: a partial of an earlier one is not sent any more. */
  #epoch = 0;
  #lastActivity: Micros;
  #idleTimer: Timer;
  #isOpen = true;

  constructor(service: Service, socket: VendorSocket, ear: TimedEar, settings: ScribeSettings) {
    this.#service = service;
    this.#socket = socket;
    this.#ear = new TurnEar(ear);
    this.#settings = settings;
    this.#lastActivity = service.now();
    this.#idleTimer = service.after(IDLE_US, ScribeSocket.#checkIdle, this);
    service.note({ what: 'connected' });
    this.#say('session_started', { session_id: service.newId(), config: settings.config });
  }

  message(data: string | Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastActivity = this.#service.now();
    const message = typeof data === 'string' ? parseObject(data) : undefined;
    switch (message?.['message_type']) {
      case 'input_audio_chunk':
        return this.#chunk(message ?? {});
      case 'commit':
        return this.#commit('finalize');
      default:
        this.#say('input_error', { error: 'Messages are input_audio_chunk.' });
    }
  }

  closed(code: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#service.cancel(this.#idleTimer);
    for (const { request } of this.#pending.splice(0)) this.#service.note({ what: 'cancelled', request });
    this.#service.note({ what: 'disconnected', code });
  }

  #chunk(message: JsonObject): void {
    const rate = message['sample_rate'];
    if (rate !== undefined && rate !== this.#settings.sampleRate) {
      return this.#say('input_error', { error: 'sample_rate differs from audio_format.' });
    }
    const pcm = Buffer.from(textOf(message['audio_base_64']) ?? '', 'base64');
    if (pcm.length > 0) this.#hear(pcm);
    if (message['commit'] === true && this.#isOpen) this.#commit('finalize');
  }

  #hear(pcm: Uint8Array): void {
    if (this.#ear.push(pcm)) this.#partial();
    const { vadSilenceS } = this.#settings;
    const spoken = this.#ear.lastWordS > this.#committedS;
    if (vadSilenceS !== undefined && spoken && this.#ear.silenceS >= vadSilenceS) this.#commit('pause');
    else if (this.#ear.seconds - this.#committedS >= AUTO_COMMIT_S) this.#commit('length');
  }

  #partial(): void {
    const text = this.#ear.soFar.join(' ');
    const partial: Partial = { owner: this, text, epoch: this.#epoch };
    const latencyMs = this.#service.draws.value('stt.interim', text);
    this.#service.after(latencyMs * 1_000, ScribeSocket.#sendPartial, partial);
  }

  static readonly #sendPartial = ({ owner, text, epoch }: Partial): void => {
    if (owner.#isOpen && epoch === owner.#epoch) owner.#say('partial_transcript', { text });
  };

  #commit(why: 'finalize' | 'pause' | 'length'): void {
    const service = this.#service;
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: why });
    if (this.#ear.seconds - this.#committedS < COMMIT_MIN_S) {
      service.note({ what: 'done', request, detail: 'too little audio' });
      return this.#say('commit_throttled', { error: 'Commit ignored: too little uncommitted audio.' });
    }
    const plan = service.desk.inAnswer(true, this.#ear.soFar.join(' '));
    if (plan.denial?.kind === 'status') return this.#fail(...errorOfStatus(plan.denial.status));
    this.#epoch += 1;
    const segment = this.#ear.settle();
    this.#committedS = this.#ear.seconds;
    const spoken = segment.words.map(({ text }) => text).join(' ');
    const drawn = why === 'finalize' ? service.draws.latency('stt.final', request, spoken) : 0;
    const early = service.finalFromSpeechEnd && segment.words.length > 0 && why === 'finalize';
    const passed = early ? Math.round(this.#ear.silenceS * 1_000_000) : 0;
    // Only a commit with timestamps has a middle to stand still in.
    if (plan.stallMidUs > 0 && !this.#settings.timestamps) service.desk.fired('stall_mid');
    const stall = plan.stallBeforeUs + (this.#settings.timestamps ? 0 : plan.stallMidUs);
    const latency = Math.max(0, Math.round(drawn * plan.slow) - passed) + stall;
    if (!Number.isFinite(latency)) return;
    // Answers keep the order of their requests.
    this.#lastDue = Math.max(this.#lastDue, service.now() + latency);
    this.#pending.push({ request, segment, plan });
    service.after(this.#lastDue - service.now(), ScribeSocket.#deliver, this);
  }

  static readonly #deliver = (owner: ScribeSocket): void => {
    const pending = owner.#pending.shift();
    if (pending !== undefined && owner.#isOpen) owner.#answer(pending);
  };

  #answer({ request, segment, plan }: Pending): void {
    const { desk } = this.#service;
    if (plan.broken !== undefined) {
      desk.fired(plan.broken);
      return this.#break(plan.broken);
    }
    const text = segment.words.map((word) => word.text).join(' ');
    this.#say('committed_transcript', { text });
    this.#service.note({ what: 'sent', request, detail: 'final' });
    if (plan.twice) {
      desk.fired('duplicate_final');
      this.#say('committed_transcript', { text });
    }
    const { lost, misheard } = segment;
    this.#service.note({ what: 'heard', request, text, lost, misheard });
    this.#service.note({ what: 'done', request, detail: `audio:${this.#ear.seconds.toFixed(3)}` });
    if (!this.#settings.timestamps) return;
    if (plan.stallMidUs > 0) desk.fired('stall_mid');
    if (!Number.isFinite(plan.stallMidUs)) return;
    const timed = { owner: this, segment, text };
    this.#service.after(plan.stallMidUs, ScribeSocket.#sendTimed, timed);
  }

  static readonly #sendTimed = (timed: { owner: ScribeSocket; segment: Segment; text: string }): void => {
    const { owner, segment, text } = timed;
    const words = segment.words.map(({ text: word, startS, endS }) => ({
      text: word,
      start: Number(startS.toFixed(3)),
      end: Number(endS.toFixed(3)),
      type: 'word',
    }));
    const language_code = owner.#settings.config['language_code'];
    if (owner.#isOpen) owner.#say('committed_transcript_with_timestamps', { text, language_code, words });
  };

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    if (how === 'malformed') return this.#socket.send('{"message_type":"committed_tr');
    if (how === 'error_mid') return this.#fail(...errorOfStatus(500));
    this.#socket.destroy();
    this.closed(1006);
  }

  #fail(type: string, error: string): void {
    this.#say(type, { error });
    this.#close(1008, type);
  }

  #say(message_type: string, more: object): void {
    this.#socket.send(JSON.stringify({ message_type, ...more }));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  static readonly #checkIdle = (owner: ScribeSocket): void => {
    if (!owner.#isOpen) return;
    const rest = owner.#lastActivity + IDLE_US - owner.#service.now();
    if (rest <= 0) owner.#fail('insufficient_audio_activity', 'No audio was received.');
    else owner.#idleTimer = owner.#service.after(rest, ScribeSocket.#checkIdle, owner);
  };
}

/** Let in, told why not, and shown out. */
export function turnedAway(
  socket: VendorSocket,
  [type, error]: readonly [string, string],
): VendorSocketHandler {
  socket.send(JSON.stringify({ message_type: type, error }));
  socket.close(1008, type);
  return { message: () => {}, closed: () => {} };
}

export function errorOfStatus(status: number): readonly [type: string, error: string] {
  switch (status) {
    case 401:
      return ['auth_error', 'You must be authenticated to use this endpoint.'];
    case 402:
      return ['quota_exceeded', 'You have exceeded your quota.'];
    case 429:
      return ['rate_limited', 'You are being rate limited. Please try again later.'];
    default:
      return ['transcriber_error', 'The transcriber failed. Please try again.'];
  }
}
