// Makes the stock client hear us again after a restart. Its version 1.10.8 closes the old peer connection
// when the new one is answered, and with the end of the old track it forgets the new one, so that no app
// is ever told to play it. A track that goes and comes again is new to it: we ask for two more offers, and
// are silent in the answer to the first. Who does not follow such a request loses nothing; who does misses
// a moment of sound.

import { LIMITS } from '../../core/limit.ts';
import { toMs } from '../../core/time.ts';
import { RENEGOTIATE } from '../../transports/webrtc/signalling.ts';

export class Revival {
  readonly #ask: (message: string) => void;
  #step: 'waiting' | 'asked to go' | 'gone' | 'done' = 'waiting';
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;

  /** `ask` sends a text over the data channel. */
  constructor(ask: (message: string) => void) {
    this.#ask = ask;
  }

  /** The data channel is open. */
  begin(): void {
    if (this.#step !== 'waiting') return;
    this.#step = 'asked to go';
    this.#request();
  }

  /** Another offer came: whether our voice is left out of its answer. */
  answersSilently(): boolean {
    clearTimeout(this.#timer);
    if (this.#step !== 'asked to go') {
      if (this.#step === 'gone') this.#step = 'done';
      return false;
    }
    this.#step = 'gone';
    this.#asked = 0;
    // The client takes no request before it has taken the answer.
    this.#later();
    return true;
  }

  stop(): void {
    this.#step = 'done';
    clearTimeout(this.#timer);
  }

  #request(): void {
    this.#ask(RENEGOTIATE);
    this.#asked += 1;
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#asked >= LIMITS.peerRequestsMax) return;
    this.#timer = setTimeout(() => this.#request(), toMs(LIMITS.peerRequestUs));
  }
}
