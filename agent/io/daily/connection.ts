// One caller in one room, as a session sees its client: app messages and the voice on the room's media path.
// The bounds are those of every client: a flood is cut with a reason, and so is a bridge that has fallen
// silent. Whoever leaves the room has hung up; there is no coming back to one that is deleted.
import { LIMITS } from '../../core/limit.ts';
import { type Micros, toMs } from '../../core/time.ts';
import type { CallerLimits } from '../../setting/security-table.ts';
import type { FromBridge } from '../../transports/daily/bridge-message.ts';
import { errorMessage, formatMessage } from '../../transports/rtvi/message.ts';
import { Allowance } from '../allowance.ts';
import { type Connection, messageAllowance, type Welcome } from '../connection.ts';
import { USUAL_LIMITS } from '../guard.ts';
import type { Resident } from '../reception.ts';
import type { RoomRun } from './room-run.ts';

export class DailyConnection implements Connection {
  readonly transport = 'daily';
  readonly peer: string;
  readonly session: string;
  readonly #welcome: Welcome;
  readonly #limits: CallerLimits;
  readonly #messages: Allowance;
  readonly #bytes: Allowance;
  #run: RoomRun | undefined;
  #message: (data: string | Uint8Array) => void = () => {};
  #media: (pcm: Uint8Array) => void = () => {};
  #closed: (code: number, reason: string) => void = () => {};
  #lastHeardUs: Micros;
  #sounds = false;
  #over = false;

  constructor(welcome: Welcome) {
    this.#welcome = welcome;
    this.peer = welcome.peer;
    this.session = welcome.session;
    this.#lastHeardUs = welcome.now();
    const at = this.#lastHeardUs;
    this.#limits = welcome.limits ?? USUAL_LIMITS;
    this.#messages = messageAllowance(this.#limits, at);
    this.#bytes = new Allowance(LIMITS.clientBytesPerSecondMax, LIMITS.clientBytesAtOnceMax, at);
  }

  /** The room that it is in. */
  attach(run: RoomRun): void {
    this.#run = run;
  }

  /** Something came out of the room. */
  hear(message: FromBridge): void {
    if (this.#over) return;
    if (message.type === 'untold') {
      return this.send(formatMessage(errorMessage(`a message did not reach you: ${message.reason}`, false)));
    }
    if (message.type !== 'heard') return;
    const now = this.#welcome.now();
    if (!this.#messages.take(now, 1)) {
      return this.close(1008, `more than ${this.#limits.messagesPerSecondMax} messages a second came`);
    }
    const { messageBytesMax } = this.#limits;
    if (message.data.length > messageBytesMax) {
      const { length } = message.data;
      return this.close(1009, `a message of ${length} characters came; at most ${messageBytesMax} are taken`);
    }
    if (!this.#bytes.take(now, message.data.length)) {
      return this.close(1008, `more than ${LIMITS.clientBytesPerSecondMax} bytes a second came`);
    }
    this.#guard(() => this.#message(message.data));
  }

  sound(pcm: Uint8Array): void {
    this.#lastHeardUs = this.#welcome.now();
    this.#sounds = true;
    if (!this.#over) this.#guard(() => this.#media(pcm));
  }

  /** The room is left. */
  parted(hungUp: boolean, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#guard(() => this.#closed(hungUp ? 1000 : 1011, reason));
  }

  silentUs(): Micros {
    return this.#welcome.now() - this.#lastHeardUs;
  }

  stay(resident: Resident): void {
    this.#welcome.stay(resident);
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#message = listener;
  }

  onMedia(listener: (pcm: Uint8Array) => void): void {
    this.#media = listener;
  }

  onClosed(listener: (code: number, reason: string) => void): void {
    this.#closed = listener;
  }

  send(data: string | Uint8Array): void {
    if (!this.#over && typeof data === 'string') this.#run?.tell({ type: 'tell', data });
  }

  media(pcm: Uint8Array): void {
    if (!this.#over) this.#run?.speak(pcm);
  }

  close(code: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#run?.leave(reason);
    this.#guard(() => this.#closed(code, reason));
  }

  /** From its first sound on a page that lives sends it all the time, that of a muted microphone too. */
  checkLiveness(deadAfterUs: Micros): void {
    const silentUs = this.silentUs();
    if (!this.#sounds || silentUs <= deadAfterUs) return;
    this.close(1011, `nothing came from the room for ${Math.round(toMs(silentUs))} ms`);
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      // A bug in one call must not end the others: this client goes, the fault is reported.
      this.#welcome.fault(error);
      this.close(1011, 'internal error');
    }
  }
}
