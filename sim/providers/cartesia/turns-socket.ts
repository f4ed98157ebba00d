// One connection to Cartesia's turn detecting recogniser (`GET /stt/turns/websocket`): audio, `config` and
// `close` in; a turn's start, its growing transcript, the suspicion that it is over, its resumption and its
// end out. Its clock is the audio: without audio an open turn stays open.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { parseObject } from '../answer.ts';
import type { TimedEar } from '../ear.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import { TurnEar } from '../turn-ear.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { badRequest, type CartesiaError, errorEvent, errorOfStatus } from './error.ts';
import { configured, type TurnsSettings } from './turns-query.ts';

/** How often the transcript of a turn is told (inferred). */
const UPDATE_EVERY_S = 0.25;
/** How much sooner than the end it is suspected (inferred). */
const EAGER_SHARE = 0.6;

export class TurnsSocket implements VendorSocketHandler {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #ear: TurnEar;
  readonly #id: string;
  readonly #idleUs: Micros;
  #settings: TurnsSettings;
  #state: 'idle' | 'speaking' | 'eager' = 'idle';
  /** Words of the turn that were settled. */
  readonly #words: string[] = [];
  #lost = 0;
  #misheard = 0;
  #turnFromS = 0;
  #updatedAtS = 0;
  #lastWordS = 0;
  /** Silence that ends the turn, s: by what was said so far. */
  #endS = Infinity;
  #request = 0;
  #plan: AnswerPlan | undefined;
  #stuckUntil: Micros = 0;
  #lastActivity: Micros;
  #idleTimer: Timer;
  #isOpen = true;

  constructor(
    tools: { readonly service: Service; readonly ear: TimedEar; readonly idleUs: Micros },
    socket: VendorSocket,
    settings: TurnsSettings,
  ) {
    const { service, ear, idleUs } = tools;
    this.#service = service;
    this.#socket = socket;
    this.#ear = new TurnEar(ear);
    this.#settings = settings;
    this.#idleUs = idleUs;
    this.#id = service.newId();
    this.#lastActivity = service.now();
    this.#idleTimer = service.after(idleUs, TurnsSocket.#checkIdle, this);
    service.note({ what: 'connected' });
    this.#say('connected');
  }

  message(data: string | Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastActivity = this.#service.now();
    if (typeof data !== 'string') return this.#hear(data);
    const message = parseObject(data);
    if (message?.['type'] === 'close') {
      if (this.#state !== 'idle') this.#end('close');
      return this.#close(1000, 'done');
    }
    if (message?.['type'] !== 'config') return this.#error(badRequest('Messages are "config" and "close".'));
    const changed = configured(this.#settings, message);
    if (!changed.ok) return this.#error(badRequest(changed.message));
    this.#settings = changed.settings;
  }

  closed(code: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#service.cancel(this.#idleTimer);
    this.#service.note({ what: 'disconnected', code });
  }

  /** Refuses what this connection asks for, although the upgrade was accepted. */
  reject(error: CartesiaError): void {
    this.#error(error);
    this.#close(1008, error.title);
  }

  #hear(pcm: Uint8Array): void {
    const ear = this.#ear;
    const more = ear.push(pcm);
    if (ear.lastWordS > Math.max(this.#lastWordS, this.#turnFromS)) this.#spoken();
    if (this.#state === 'idle') return;
    if (more) this.#endS = this.#service.draws.value('stt.final', this.#transcript()) / 1_000;
    const { silenceS } = ear;
    const endS = Math.min(this.#endS, this.#settings.timeoutMs / 1_000);
    if (silenceS >= endS) return this.#end('pause');
    if (this.#state === 'speaking' && silenceS >= endS * EAGER_SHARE) return this.#suspect();
    if (ear.seconds - this.#updatedAtS >= UPDATE_EVERY_S) this.#update();
  }

  /** A word sounds on. */
  #spoken(): void {
    this.#lastWordS = this.#ear.lastWordS;
    if (this.#state === 'speaking') return;
    this.#say(this.#state === 'eager' ? 'turn.resume' : 'turn.start');
    if (this.#state === 'idle') {
      this.#plan = undefined;
      this.#endS = Infinity;
      this.#updatedAtS = this.#ear.seconds;
    }
    this.#state = 'speaking';
  }

  #update(): void {
    this.#updatedAtS = this.#ear.seconds;
    const transcript = this.#transcript();
    const later = this.#service.draws.value('stt.interim', transcript) * 1_000;
    const turn = this.#turnFromS;
    const tell = (socket: TurnsSocket) => {
      const stands = socket.#isOpen && socket.#state === 'speaking' && socket.#turnFromS === turn;
      if (stands) socket.#say('turn.update', { transcript });
    };
    if (transcript !== '') this.#service.after(later, tell, this);
  }

  #suspect(): void {
    this.#settle('pause');
    this.#state = 'eager';
    const transcript = this.#transcript();
    this.#give((socket) => socket.#say('turn.eager_end', { transcript }));
  }

  #end(detail: 'pause' | 'close'): void {
    this.#settle(detail);
    const transcript = this.#transcript();
    const [lost, misheard, request, plan] = [this.#lost, this.#misheard, this.#request, this.#plan];
    this.#words.length = 0;
    [this.#lost, this.#misheard] = [0, 0];
    this.#state = 'idle';
    this.#turnFromS = this.#ear.seconds;
    this.#give((socket) => {
      const service = socket.#service;
      socket.#say('turn.end', { transcript });
      service.note({ what: 'sent', request, detail: 'final' });
      if (plan?.twice === true) {
        service.desk.fired('duplicate_final');
        socket.#say('turn.end', { transcript });
      }
      service.note({ what: 'heard', request, text: transcript, lost, misheard });
      service.note({ what: 'done', request, detail: `audio:${socket.#ear.seconds.toFixed(3)}` });
    });
  }

  /** What was said so far will not change. The first time in a turn it is decided what goes wrong. */
  #settle(detail: string): void {
    if (this.#plan === undefined) {
      this.#request = this.#service.newRequest();
      this.#service.note({ what: 'received', request: this.#request, detail });
      this.#plan = this.#service.desk.inAnswer(true, this.#transcript());
    }
    const { words, lost, misheard } = this.#ear.settle();
    this.#words.push(...words.map(({ text }) => text));
    this.#lost += lost;
    this.#misheard += misheard;
  }

  /** Tells of a decision, unless something goes wrong with it. */
  #give(tell: (socket: TurnsSocket) => void): void {
    const plan = this.#plan;
    if (plan === undefined) return tell(this);
    if (plan.denial?.kind === 'status') return this.#denied(plan.denial.status);
    if (plan.broken !== undefined) return this.#break(plan.broken);
    // A decision is one message: there is no middle of it to stand still in.
    if (plan.stallMidUs > 0 && this.#stuckUntil === 0) this.#service.desk.fired('stall_mid');
    const stall = plan.stallBeforeUs + plan.stallMidUs;
    if (stall === 0 && this.#stuckUntil <= this.#service.now()) return tell(this);
    // What follows waits as well: decisions keep their order.
    this.#stuckUntil = Math.max(this.#stuckUntil, this.#service.now() + stall);
    if (!Number.isFinite(this.#stuckUntil)) return;
    const late = (socket: TurnsSocket) => (socket.#isOpen ? tell(socket) : undefined);
    this.#service.after(this.#stuckUntil - this.#service.now(), late, this);
  }

  #denied(status: number): void {
    this.#error(errorOfStatus(status));
    // Lesser errors leave the connection open.
    if (status >= 500) this.#close(1011, 'internal error');
  }

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#service.desk.fired(how);
    if (how === 'malformed') return this.#socket.send('{"type":"turn.end","transc');
    if (how === 'error_mid') return this.#denied(500);
    this.#socket.destroy();
    this.closed(1006);
  }

  #transcript(): string {
    return [...this.#words, ...this.#ear.soFar].join(' ');
  }

  #say(type: string, more: object = {}): void {
    this.#socket.send(JSON.stringify({ type, request_id: this.#id, ...more }));
  }

  #error(error: CartesiaError): void {
    this.#socket.send(errorEvent(error, this.#id));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  static readonly #checkIdle = (owner: TurnsSocket): void => {
    if (!owner.#isOpen) return;
    const rest = owner.#lastActivity + owner.#idleUs - owner.#service.now();
    if (rest <= 0) owner.#close(1000, 'idle');
    else owner.#idleTimer = owner.#service.after(rest, TurnsSocket.#checkIdle, owner);
  };
}
