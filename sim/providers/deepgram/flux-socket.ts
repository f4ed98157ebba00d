// One connection to Flux (`GET /v2/listen`): binary audio and `Configure`, `ForceEndTurn`, `CloseStream` in;
// turns out. Its clock is the audio: a turn whose audio stops in the middle dangles until audio, be it
// silence, goes on. How sure it is follows from the silence alone, not from what was said.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { isObject, type JsonObject, parseObject } from '../answer.ts';
import type { HeardWord, TimedEar } from '../ear.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import { TurnEar } from '../turn-ear.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { CLOSES, errorOfStatus } from './error.ts';
import type { FluxSettings } from './query.ts';

const UPDATE_EVERY_S = 0.25;
const IDLE_US: Micros = seconds(10);
/** How much sooner than the end it suspects one: the vendor says 150 to 350 ms; the share is inferred. */
const EAGER_SAVES = { share: 0.55, secondsMax: 0.35 } as const;

type TurnEvent = 'Update' | 'StartOfTurn' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn';

export class FluxSocket implements VendorSocketHandler {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #ear: TurnEar;
  readonly #id: string;
  readonly #mayForce: boolean;
  #settings: FluxSettings;
  #sequence = 0;
  #turn = 0;
  #turnFromS = 0;
  #updateAtS = 0;
  #inTurn = false;
  /** An eager end stands. */
  #eager = false;
  /** Words of the turn that will not change. */
  #words: HeardWord[] = [];
  #lost = 0;
  #misheard = 0;
  /** Silence that ends the turn, s; drawn when its last word is known. */
  #endS = Infinity;
  #plan: AnswerPlan | undefined;
  #request = 0;
  #stuckUntil: Micros = 0;
  #lastActivity: Micros;
  #idleTimer: Timer;
  #isOpen = true;

  /** `mayForce`: turns may be ended by force, which the vendor enables for some. */
  constructor(
    tools: { readonly service: Service; readonly ear: TimedEar; readonly mayForce: boolean },
    socket: VendorSocket,
    settings: FluxSettings,
  ) {
    const { service, ear, mayForce } = tools;
    this.#mayForce = mayForce;
    this.#service = service;
    this.#socket = socket;
    this.#ear = new TurnEar(ear);
    this.#settings = settings;
    this.#id = service.newId();
    this.#lastActivity = service.now();
    this.#idleTimer = service.after(IDLE_US, FluxSocket.#checkIdle, this);
    service.note({ what: 'connected' });
    this.#say({ type: 'Connected', request_id: this.#id });
  }

  message(data: string | Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastActivity = this.#service.now();
    if (typeof data !== 'string') return this.#hear(data);
    const message = parseObject(data);
    switch (message?.['type']) {
      case 'ForceEndTurn':
        if (!this.#mayForce) return this.#fail('UNPARSABLE_CLIENT_MESSAGE', 'ForceEndTurn is not enabled.');
        return this.#force();
      case 'Configure':
        return this.#configure(message ?? {});
      case 'CloseStream':
        if (this.#inTurn) this.#end('manual');
        return this.#close(1000, '');
      default:
        return this.#fail('UNPARSABLE_CLIENT_MESSAGE', 'Unknown message type.');
    }
  }

  closed(code: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#service.cancel(this.#idleTimer);
    this.#service.note({ what: 'disconnected', code });
  }

  #hear(pcm: Uint8Array): void {
    if (this.#ear.push(pcm)) this.#worded();
    if (!this.#inTurn) return;
    const { eager, end, timeoutS } = this.#settings;
    const silenceS = this.#ear.silenceS;
    const saves = Math.min(EAGER_SAVES.secondsMax, this.#endS * EAGER_SAVES.share);
    if (eager !== undefined && !this.#eager && silenceS >= this.#endS - saves) this.#suspect(eager);
    if (!this.#isOpen || !this.#inTurn) return;
    if (end < 1 && silenceS >= this.#endS) return this.#end('model');
    if (silenceS >= timeoutS) return this.#end('timeout');
    if (this.#ear.seconds - this.#updateAtS < UPDATE_EVERY_S) return;
    this.#updateAtS = this.#ear.seconds;
    if (silenceS < 2 * UPDATE_EVERY_S) this.#tell('Update');
  }

  /** A word was completed. */
  #worded(): void {
    const text = this.#transcript();
    this.#endS = this.#service.draws.value('stt.final', text) / 1_000;
    if (!this.#inTurn) {
      this.#inTurn = true;
      this.#plan = undefined;
      this.#updateAtS = this.#ear.seconds;
      this.#tell('StartOfTurn');
    } else if (this.#eager) {
      this.#eager = false;
      this.#tell('TurnResumed');
    }
  }

  #suspect(confidence: number): void {
    this.#eager = true;
    this.#settle('pause');
    this.#give((socket) => socket.#tell('EagerEndOfTurn', { end_of_turn_confidence: confidence }));
  }

  #end(trigger: 'model' | 'manual' | 'timeout'): void {
    this.#settle(trigger === 'manual' ? 'finalize' : 'pause');
    this.#inTurn = this.#eager = false;
    this.#give((socket) => socket.#over(trigger));
  }

  #force(): void {
    // Nothing is said of a turn that has not begun (inferred); a word under way begins one.
    if (!this.#inTurn && this.#ear.soFar.length === 0) return;
    this.#end('manual');
  }

  /** What was said so far will not change. The first time in a turn it is decided what goes wrong. */
  #settle(detail: string): void {
    if (this.#plan === undefined) {
      this.#request = this.#service.newRequest();
      this.#service.note({ what: 'received', request: this.#request, detail });
      this.#plan = this.#service.desk.inAnswer(true, this.#transcript());
    }
    const { words, lost, misheard } = this.#ear.settle();
    this.#words.push(...words);
    this.#lost += lost;
    this.#misheard += misheard;
  }

  #over(trigger: string): void {
    const text = this.#transcript();
    const tell = () => this.#tell('EndOfTurn', { end_of_turn_confidence: this.#settings.end, trigger });
    tell();
    this.#service.note({ what: 'sent', request: this.#request, detail: 'final' });
    if (this.#plan?.twice === true) {
      this.#service.desk.fired('duplicate_final');
      tell();
    }
    const [lost, misheard] = [this.#lost, this.#misheard];
    this.#service.note({ what: 'heard', request: this.#request, text, lost, misheard });
    const detail = `audio:${this.#ear.seconds.toFixed(3)}`;
    this.#service.note({ what: 'done', request: this.#request, detail });
    this.#turn += 1;
    this.#turnFromS = this.#ear.seconds;
    this.#words = [];
    [this.#lost, this.#misheard] = [0, 0];
  }

  /** Tells of a decision, unless something goes wrong with it. */
  #give(tell: (socket: FluxSocket) => void): void {
    const plan = this.#plan;
    if (plan === undefined) return tell(this);
    if (plan.denial !== undefined || plan.broken !== undefined) return this.#break(plan);
    if (plan.stallMidUs > 0 && this.#stuckUntil === 0) this.#service.desk.fired('stall_mid');
    const stall = plan.stallBeforeUs + plan.stallMidUs;
    if (stall === 0) return tell(this);
    // All that follows waits as well: messages keep their order.
    this.#stuckUntil = Math.max(this.#stuckUntil, this.#service.now() + stall);
    if (!Number.isFinite(this.#stuckUntil)) return;
    this.#service.after(
      this.#stuckUntil - this.#service.now(),
      (socket: FluxSocket) => {
        if (socket.#isOpen) tell(socket);
      },
      this,
    );
  }

  #break(plan: AnswerPlan): void {
    const { desk } = this.#service;
    if (plan.denial?.kind === 'status') {
      const { code, message } = errorOfStatus(plan.denial.status);
      return this.#fail(code, message);
    }
    if (plan.broken === undefined) return;
    desk.fired(plan.broken);
    if (plan.broken === 'malformed') return this.#socket.send('{"type":"TurnInfo","eve');
    if (plan.broken === 'error_mid') return this.#fail('INTERNAL_SERVER_ERROR', 'Something went wrong.');
    this.#socket.destroy();
    this.closed(1006);
  }

  #transcript(): string {
    return [...this.#words.map(({ text }) => text), ...this.#ear.soFar].join(' ');
  }

  #tell(event: TurnEvent, more: object = {}): void {
    this.#say({
      type: 'TurnInfo',
      request_id: this.#id,
      event,
      turn_index: this.#turn,
      audio_window_start: round(this.#turnFromS),
      audio_window_end: round(this.#ear.seconds),
      transcript: this.#transcript(),
      words: this.#words.map(({ text, startS, endS }) => ({
        word: text,
        confidence: 0.99,
        start: round(startS),
        end: round(endS),
      })),
      end_of_turn_confidence: 0.1,
      ...more,
    });
  }

  #configure(message: JsonObject): void {
    const asked = isObject(message['thresholds']) ? message['thresholds'] : {};
    const number = (name: string, otherwise: number | undefined) =>
      typeof asked[name] === 'number' ? asked[name] : otherwise;
    const end = number('eot_threshold', this.#settings.end) ?? this.#settings.end;
    const eager = number('eager_eot_threshold', this.#settings.eager);
    const timeoutMs = number('eot_timeout_ms', this.#settings.timeoutS * 1_000) ?? 5_000;
    const isSound = end >= 0.5 && end <= 1 && timeoutMs >= 500 && (eager ?? 0) <= end;
    if (!isSound) return this.#say({ type: 'ConfigureFailure', request_id: this.#id });
    this.#settings = { ...this.#settings, end, eager, timeoutS: timeoutMs / 1_000 };
    const thresholds = { eot_threshold: end, eager_eot_threshold: eager, eot_timeout_ms: timeoutMs };
    this.#say({ type: 'ConfigureSuccess', request_id: this.#id, thresholds, keyterms: [] });
  }

  #fail(code: string, description: string): void {
    this.#say({ type: 'Error', code, description });
    this.#close(...CLOSES.internal);
  }

  #say(message: object): void {
    const sequence_id = this.#sequence;
    this.#sequence += 1;
    this.#socket.send(JSON.stringify({ ...message, sequence_id }));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  static readonly #checkIdle = (owner: FluxSocket): void => {
    if (!owner.#isOpen) return;
    const rest = owner.#lastActivity + IDLE_US - owner.#service.now();
    if (rest <= 0) owner.#close(...CLOSES.clientSilent);
    else owner.#idleTimer = owner.#service.after(rest, FluxSocket.#checkIdle, owner);
  };
}

const round = (s: number): number => Number(s.toFixed(3));
