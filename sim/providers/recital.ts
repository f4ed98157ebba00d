// Paces the audio of one voice request, as a streaming synthesiser does: the first chunk after the
// drawn latency, the next ones faster than real time, several generations one after the other. It also
// carries out what the fault plan says of this answer. How a chunk looks on the wire is the sink's.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import type { Draws } from './draw.ts';
import type { AnswerPlan, FaultDesk } from './fault-desk.ts';
import type { Speech } from './speech.ts';
import type { VendorWorld } from './vendor.ts';

export interface RecitalSink {
  chunk(speech: Speech, index: number): void;
  /** Everything of one generation was sent. */
  generated(speech: Speech): void;
  /** The input was ended and all of it was sent. Called `twice` when the plan says so. */
  finished(): void;
  /** The answer breaks here and nothing more follows. */
  broken(how: 'cut' | 'malformed' | 'error_mid'): void;
}

type Generation = { readonly speech: Speech; readonly readyAt: Micros };

export class Recital {
  readonly #world: VendorWorld;
  readonly #draws: Draws;
  readonly #desk: FaultDesk;
  readonly #plan: AnswerPlan;
  readonly #sink: RecitalSink;
  readonly #request: number;
  /** Times real time; drawn with the first piece. */
  #speed = 1;
  readonly #queue: Generation[] = [];
  #next = 0;
  #sent = 0;
  #said = 0;
  #ended = false;
  #over = false;
  /** Nothing is sent before this moment; infinite once the answer is stuck for ever. */
  #silentUntil: Micros = 0;
  #timer: Timer | undefined;

  constructor(
    world: VendorWorld,
    tools: { draws: Draws; desk: FaultDesk; plan: AnswerPlan; request: number },
    sink: RecitalSink,
  ) {
    this.#world = world;
    this.#draws = tools.draws;
    this.#desk = tools.desk;
    this.#plan = tools.plan;
    this.#request = tools.request;
    this.#sink = sink;
  }

  /** Whether a generation is waiting or under way. */
  get busy(): boolean {
    return this.#queue.length > 0;
  }

  /** Speaks `speech` after what was given before. */
  say(speech: Speech): void {
    if (this.#over || this.#ended || speech.chunks.length === 0) return;
    const stage = this.#said === 0 ? 'tts.first_audio' : 'tts.next_audio';
    const drawn = this.#draws.latency(stage, this.#request, speech.text);
    if (this.#said === 0) {
      this.#speed = Math.max(0.01, this.#draws.value('tts.speed', speech.text) / this.#plan.slow);
    }
    const stall = this.#said === 0 ? this.#plan.stallBeforeUs : 0;
    this.#said += 1;
    const now = this.#world.clock.now();
    const readyAt = Math.max(this.#silentUntil, now + Math.round(drawn * this.#plan.slow) + stall);
    this.#queue.push({ speech, readyAt });
    if (this.#queue.length === 1) this.#arm(readyAt - now);
  }

  /** No more input; `finished` follows, at once when nothing is waiting. */
  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    if (this.#queue.length > 0) return;
    const rest = this.#silentUntil - this.#world.clock.now();
    if (rest > 0) this.#arm(rest);
    else this.#finish();
  }

  /** Drops what has not begun; the generation under way is sent to its end. */
  dropWaiting(): void {
    const begun = this.#next > 0;
    this.#queue.length = begun ? 1 : 0;
    if (!begun) this.#disarm();
  }

  /** Nothing more is sent. */
  stop(): void {
    this.#over = true;
    this.#queue.length = 0;
    this.#disarm();
  }

  static readonly #wake = (recital: Recital): void => recital.#send();

  #arm(delay: Micros): void {
    this.#timer = undefined;
    if (!Number.isFinite(delay)) return;
    this.#timer = this.#world.clock.after(Math.max(0, Math.round(delay)), Recital.#wake, this);
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#world.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #send(): void {
    const generation = this.#queue[0];
    if (generation === undefined) {
      if (this.#ended) this.#finish();
      return;
    }
    const { speech } = generation;
    this.#sink.chunk(speech, this.#next);
    this.#next += 1;
    this.#sent += 1;
    if (this.#over) return;
    if (this.#sent === 1 && this.#breaks()) return;
    if (this.#sent === 1) this.#stall();
    const now = this.#world.clock.now();
    const chunk = speech.chunks[this.#next];
    if (chunk !== undefined) {
      const samples = chunk.endSample - chunk.startSample;
      this.#arm(Math.max(this.#silentUntil - now, 0) + (samples / speech.rate / this.#speed) * 1_000_000);
      return;
    }
    this.#advance(speech, now);
  }

  #advance(speech: Speech, now: Micros): void {
    this.#queue.shift();
    this.#next = 0;
    this.#sink.generated(speech);
    if (this.#over) return;
    const next = this.#queue[0];
    if (next !== undefined) this.#arm(Math.max(next.readyAt, this.#silentUntil) - now);
    else if (!this.#ended) return;
    else if (this.#silentUntil > now) this.#arm(this.#silentUntil - now);
    else this.#finish();
  }

  #breaks(): boolean {
    const { broken } = this.#plan;
    if (broken === undefined) return false;
    this.stop();
    this.#desk.fired(broken);
    this.#sink.broken(broken);
    return true;
  }

  #stall(): void {
    if (this.#plan.stallMidUs === 0) return;
    this.#silentUntil = this.#world.clock.now() + this.#plan.stallMidUs;
    this.#desk.fired('stall_mid');
  }

  #finish(): void {
    this.#over = true;
    if (this.#plan.twice) {
      this.#desk.fired('duplicate_final');
      this.#sink.finished();
    }
    this.#sink.finished();
  }
}
