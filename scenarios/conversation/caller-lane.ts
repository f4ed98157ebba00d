// The caller's facts on lanes: what left the mouth, what sounded at the ear and which words, and what the
// client noticed. These are the truth that the agent's lanes are held against.
import type { Canvas, Draft } from './canvas.ts';
import { instantOf, type LooseFact, noteOf, numberIn, textIn } from './loose-fact.ts';

/** Takes the facts of one caller in order; false for a kind it does not know. */
export class CallerLanes {
  readonly #canvas: Canvas;
  readonly #acts = new Map<number, Draft>();
  /** Words by their onset: one that broke off and went on is stated again. */
  readonly #words = new Map<string, Draft>();
  #sound: Draft | undefined;
  /** The reply at the ear is given to the act that it answers. */
  readonly #actAt: (us: number) => number | undefined;

  constructor(canvas: Canvas, actAt: (us: number) => number | undefined) {
    this.#canvas = canvas;
    this.#actAt = actAt;
  }

  take(fact: LooseFact): boolean {
    const canvas = this.#canvas;
    const atUs = instantOf(fact);
    switch (fact.what) {
      case 'speaking':
        this.#speak(fact, atUs);
        return true;
      case 'spoke':
        canvas.close(this.#acts.get(numberIn(fact, 'act') ?? -1), atUs);
        return true;
      case 'event':
        this.#event(fact, atUs);
        return true;
      case 'ear.audible':
        this.#hear(fact, atUs);
        return true;
      case 'ear.quiet':
        canvas.close(this.#sound, atUs);
        return true;
      case 'ear.word':
        this.#word(fact);
        return true;
      case 'underrun':
        canvas.mark('network', atUs, 'ran dry', 'bad', 'the client had nothing left to play');
        return true;
      case 'gave_up':
        canvas.mark('mouth', atUs, 'gave up waiting', 'bad');
        return true;
      case 'hung_up':
      case 'cut_off':
        canvas.mark('mouth', atUs, fact.what === 'hung_up' ? 'hung up' : 'cut off', 'bad', noteOf(fact));
        return true;
      case 'dropped':
        canvas.mark('network', atUs, 'connection lost', 'bad');
        return true;
      case 'online':
      case 'resumed':
      case 'connected':
      case 'ready':
      case 'told':
        canvas.mark('mouth', atUs, textIn(fact, 'type') ?? fact.what, 'faint');
        return true;
      default:
        return false;
    }
  }

  #speak(fact: LooseFact, fromUs: number): void {
    const act = numberIn(fact, 'act') ?? -1;
    const label = textIn(fact, 'text') ?? '';
    const note = textIn(fact, 'role') === 'interruption' ? 'speaks over the agent' : '';
    const span = { fromUs, label, look: 'solid', act, ...(note === '' ? {} : { note }) } as const;
    this.#acts.set(act, this.#canvas.open('mouth', span));
  }

  /** A cough, a backchannel, a television: sound that is no turn. */
  #event(fact: LooseFact, fromUs: number): void {
    const label = (textIn(fact, 'kind') ?? 'sound').replaceAll('_', ' ');
    const untilUs = numberIn(fact, 'untilUs');
    if (untilUs === undefined) this.#canvas.mark('mouth', fromUs, label, 'plain', noteOf(fact));
    else this.#canvas.span('mouth', { fromUs, untilUs, label, look: 'soft', note: noteOf(fact) });
  }

  #hear(fact: LooseFact, fromUs: number): void {
    this.#canvas.close(this.#sound, fromUs);
    const act = this.#actAt(fromUs);
    const span = { fromUs, label: 'heard', look: 'solid', ...(act === undefined ? {} : { act }) } as const;
    this.#sound = this.#canvas.open('ear', span);
    const arrivedUs = numberIn(fact, 'arrivedUs');
    if (arrivedUs === undefined || arrivedUs >= fromUs) return;
    const note = 'first audible packet in the client, until it sounds';
    this.#canvas.span('network', { ...span, fromUs: arrivedUs, untilUs: fromUs, label: 'buffer', note });
  }

  #word(fact: LooseFact): void {
    const fromUs = numberIn(fact, 'onsetUs') ?? fact.t;
    const label = textIn(fact, 'text') ?? '';
    const share = numberIn(fact, 'share') ?? 1;
    const look = share < 1 ? 'cut' : 'solid';
    const known = this.#words.get(`${fromUs} ${label}`);
    if (known !== undefined) {
      known.untilUs = Math.max(known.untilUs, fact.t);
      known.look = look;
      return;
    }
    const note = share < 1 ? { note: `${Math.round(share * 100)} % of it was played` } : {};
    const span = { fromUs, untilUs: Math.max(fromUs, fact.t), label, look, ...note } as const;
    this.#words.set(`${fromUs} ${label}`, this.#canvas.span('word', span));
  }
}
