// The caller who was heard and not understood: somebody clearly spoke, the recogniser failed or did not
// answer, and so the turn was dropped. They are asked to say it again, once for each such turn and not for
// ever. A recogniser that answers that there were no words is believed.
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import { type Micros, ms } from '../time.ts';
import type { IdleHands } from './idle.ts';

/** A recogniser that failed lets every pause look like the end: the caller may be about to go on. */
const PAUSE_US: Micros = ms(1_000);
/** One that does not answer has been waited for all the while; late words may still come. */
const BREATH_US: Micros = ms(300);

export class Unheard {
  readonly #apology: string;
  readonly #outlet: Outlet;
  readonly #hands: Pick<IdleHands, 'idle' | 'say'>;
  /** Speech since there were words, and when the one under way began. */
  #speechUs: Micros = 0;
  #sinceUs: Micros | undefined;
  /** The recogniser was asked and has not answered; has failed instead. */
  #asked = false;
  #failed = false;
  /** Times since the caller was last understood. */
  #inRow = 0;

  constructor(apology: string, outlet: Outlet, hands: Pick<IdleHands, 'idle' | 'say'>) {
    this.#apology = apology;
    this.#outlet = outlet;
    this.#hands = hands;
  }

  observe(_now: Micros, frame: Frame): void {
    switch (frame.kind) {
      case 'VadUserStartedSpeaking':
        this.#sinceUs ??= frame.atUs;
        return this.#outlet.timers.clear('unheard');
      case 'VadUserStoppedSpeaking':
        this.#speechUs += Math.max(0, frame.atUs - (this.#sinceUs ?? frame.atUs));
        this.#sinceUs = undefined;
        return;
      case 'SttFinalize':
        this.#asked = true;
        this.#failed = false;
        return;
      case 'SttFinalized':
        this.#asked = false;
        return;
      case 'Error':
        this.#failed ||= frame.stage === 'stt';
        return;
      case 'UserStoppedSpeaking':
        if (!frame.answer) return;
        this.#inRow = 0;
        return this.#forget();
      case 'BotStartedSpeaking':
        return this.#forget();
      default:
    }
  }

  /** A turn without words is over. */
  dropped(now: Micros): void {
    const underWayUs = this.#sinceUs === undefined ? 0 : now - this.#sinceUs;
    const spoke = this.#speechUs + underWayUs >= LIMITS.unheardSpeechUs;
    if (!spoke || !(this.#asked || this.#failed)) return this.#forget();
    this.#outlet.timers.set('unheard', now + (this.#failed ? PAUSE_US : BREATH_US));
  }

  /** The `unheard` timer. */
  wake(now: Micros): void {
    this.#forget();
    if (!this.#hands.idle() || this.#inRow >= LIMITS.unheardInRowMax) return;
    this.#inRow += 1;
    const text = this.#apology;
    this.#outlet.note(now, { what: 'unheard', reply: this.#hands.say(now, text), text });
  }

  #forget(): void {
    this.#speechUs = 0;
    this.#outlet.timers.clear('unheard');
  }
}
