// The receiver of a stream of voice: packets go in as they arrive, and every 10 ms it says what to
// sound. It behaves like libwebrtc's NetEq: it learns how much delay the network asks for, keeps that
// much by stretching and shortening, conceals what is missing, and merges back. It knows no clock and
// no codec, never throws for what the network does, and never holds more than `packetsMax` packets.
import { decide, type Mode, type Operation } from './decision.ts';
import { LevelFilter } from './level-filter.ts';
import { type MediaPacket, PacketStore, type StoredPacket } from './packet-store.ts';
import type { Piece } from './piece.ts';
import { PlayQueue } from './play-queue.ts';
import { CLOCK_HZ, type JitterSettings, SAMPLES_PER_MS, TICK_MS, TICK_SAMPLES } from './setting.ts';
import { type JitterStatistics, zeroStatistics } from './statistic.ts';
import type { Stretch, StretchKind } from './stretch.ts';
import { Target } from './target.ts';

/** Ticks between two time-scalings. */
const SCALE_PAUSE = 6;
const TICKS_20_MS = 2 * TICK_SAMPLES;
const TICKS_30_MS = 3 * TICK_SAMPLES;

export class JitterBuffer<P> {
  readonly #settings: JitterSettings;
  readonly #stretch: Stretch<P>;
  readonly #store: PacketStore<P>;
  readonly #queue = new PlayQueue<P>();
  readonly #target: Target;
  readonly #level = new LevelFilter();
  readonly #statistics = zeroStatistics();
  #tick = 0;
  /** Nothing played yet, or all thrown away: the next packet begins the stream anew. */
  #fresh = true;
  #heard = false;
  /** Timestamp of the sample behind the play queue. */
  #due = 0;
  #mode: Mode = 'normal';
  #removed = 0;
  #scaledAt = Number.NEGATIVE_INFINITY;
  #generatedSince: number | undefined;
  #concealed = 0;

  constructor(settings: JitterSettings, stretch: Stretch<P>) {
    this.#settings = settings;
    this.#stretch = stretch;
    this.#store = new PacketStore(settings.packetsMax);
    this.#target = new Target(settings);
  }

  /** Live counters; copy them to keep a reading. */
  get statistics(): Readonly<JitterStatistics> {
    return this.#statistics;
  }

  get targetMs(): number {
    return this.#target.ms;
  }

  /** Filtered buffer level, ms. */
  get levelMs(): number {
    return this.#level.ms;
  }

  /** Audio that is decoded and not yet played, samples. */
  get queued(): number {
    return this.#queue.samples;
  }

  /** Milliseconds until a packet stamped `time` would be played; negative when that has passed. */
  timeToPlayMs(time: number): number {
    return (time - this.#due + this.#queue.samples) / SAMPLES_PER_MS;
  }

  /** A packet arrived, with the copies of earlier ones that it carries. */
  receive(main: MediaPacket<P>, copies: readonly MediaPacket<P>[] = []): void {
    this.#statistics.packetsReceived += 1;
    let flushed = false;
    for (const copy of copies) flushed = this.#keep(copy) || flushed;
    flushed = this.#keep(main) || flushed;
    if (flushed) this.#fresh = true;
    if (this.#fresh) return;
    this.#target.arrived(main.time / SAMPLES_PER_MS, main.samples / SAMPLES_PER_MS, this.#tick * TICK_MS);
  }

  /** The next 10 ms: pieces that are together exactly that long. */
  tick(): readonly Piece<P>[] {
    this.#tick += 1;
    this.#statistics.totalSamplesReceived += TICK_SAMPLES;
    if (!this.#heard && this.#store.count === 0) {
      this.#statistics.idleSamples += TICK_SAMPLES;
      return [{ kind: 'silence', samples: TICK_SAMPLES }];
    }
    this.#heard = true;
    this.#discardLate();
    const operation = this.#decide();
    this.#carryOut(operation);
    return this.#queue.take(TICK_SAMPLES);
  }

  #keep(packet: MediaPacket<P>): boolean {
    const redundant = packet.level > 0;
    if (redundant) this.#statistics.fecPacketsReceived += 1;
    let flushed = false;
    if (this.#store.full) {
      for (const gone of this.#store.clear()) this.#discard(gone);
      this.#statistics.flushes += 1;
      flushed = true;
    }
    const { time, samples, payload, kind, level } = packet;
    const gone = this.#store.insert({ time, samples, payload, kind, level, tick: this.#tick });
    if (gone !== undefined) this.#discard(gone);
    return flushed;
  }

  #discard(packet: MediaPacket<P>): void {
    if (packet.level > 0) this.#statistics.fecPacketsDiscarded += 1;
    else this.#statistics.packetsDiscarded += 1;
  }

  #discardLate(): void {
    if (this.#fresh) return;
    for (;;) {
      const first = this.#store.first();
      const late = first === undefined ? 0 : this.#due - first.time;
      if (first === undefined || late <= 0 || late > 5 * CLOCK_HZ) return;
      this.#store.take();
      this.#discard(first);
    }
  }

  #decide(): Operation {
    const first = this.#store.first();
    if (this.#fresh) return first === undefined ? 'conceal' : 'reset';
    const span = this.#store.span();
    const targetMs = this.#target.ms;
    if (this.#mode !== 'noise') {
      this.#level.update(span, targetMs, this.#removed);
      this.#removed = 0;
    }
    const leap = first === undefined ? undefined : first.time - this.#due;
    const queued = this.#queue.samples;
    const { history } = this.#target;
    const playout = this.#settings.control === 'playout';
    return decide({
      settings: this.#settings,
      mode: this.#mode,
      targetMs,
      level: this.#level.samples,
      span,
      playoutDelayMs: playout
        ? history.delayMs((this.#due - queued) / SAMPLES_PER_MS, this.#tick * TICK_MS)
        : 0,
      slowestMs: playout ? history.delayMsMax : 0,
      leap,
      holdsNoise: leap !== undefined && this.#mode === 'conceal' && this.#store.holdsNoise(),
      generated: this.#generated(),
      loudness: this.#loudness(),
      mayScale: this.#tick - this.#scaledAt >= SCALE_PAUSE,
    });
  }

  #carryOut(operation: Operation): void {
    const queued = this.#queue.samples;
    switch (operation) {
      case 'reset':
        this.#restart();
        return this.#play(1, 'normal');
      case 'merge':
        return this.#merge();
      case 'accelerate':
      case 'fast':
        return this.#accelerate(operation, queued);
      case 'expand':
        if (queued < TICKS_30_MS) this.#play(queued < TICKS_20_MS ? TICKS_20_MS : 1, 'normal');
        return this.#scale('expand');
      case 'normal':
        if (queued < TICK_SAMPLES) this.#play(1, 'normal');
        return;
      case 'conceal':
        if (queued < TICK_SAMPLES) this.#conceal();
        return;
      case 'noise':
        if (queued < TICK_SAMPLES) this.#noise();
    }
  }

  #merge(): void {
    const samples = this.#stretch.meet(Math.max(0, this.#generated() - this.#concealed));
    if (samples > 0) this.#conceal(samples);
    this.#play(TICKS_30_MS, 'merge');
  }

  /** Shortening wants 30 ms at hand: it decodes ahead first and acts when there is enough. */
  #accelerate(kind: 'accelerate' | 'fast', queued: number): void {
    if (queued >= TICKS_30_MS) return this.#scale(kind);
    if (queued < TICKS_20_MS) return this.#play(TICKS_20_MS, 'normal');
    this.#play(1, 'normal');
    if (this.#queue.samples >= TICKS_30_MS) this.#scale(kind);
  }

  #scale(kind: StretchKind): void {
    const source = this.#queue.takeLast(TICKS_30_MS);
    let samples = 0;
    for (const piece of source) samples += piece.samples;
    const change = this.#stretch.change(kind, source, samples);
    if (change === 0) {
      for (const piece of source) this.#queue.push(piece);
      return;
    }
    const removed = kind === 'expand' ? -change : change;
    const passage = { source, samples: samples - removed };
    this.#queue.push({ kind: 'stretched', passage, from: 0, samples: passage.samples });
    this.#removed = removed;
    this.#scaledAt = this.#tick + 1;
    this.#mode = 'scaled';
    if (removed > 0) this.#statistics.removedSamplesForAcceleration += removed;
    else this.#statistics.insertedSamplesForDeceleration -= removed;
  }

  /** Decodes waiting packets until `required` samples of them are in the play queue, or a gap comes. */
  #play(required: number, mode: 'normal' | 'merge'): void {
    let extracted = 0;
    do {
      const packet = this.#store.take();
      if (packet === undefined) break;
      this.#emit(packet);
      extracted += packet.samples;
      this.#mode = packet.kind === 'noise' ? 'noise' : mode;
    } while (extracted < required && this.#store.first()?.time === this.#due && this.#mode !== 'noise');
    if (this.#mode !== 'noise') this.#generatedSince = undefined;
    this.#concealed = 0;
    if (this.#queue.samples < TICK_SAMPLES) this.#conceal();
  }

  #emit(packet: StoredPacket<P>): void {
    const { payload, samples, time, level, kind } = packet;
    const waited = (this.#tick - packet.tick) * TICK_MS;
    this.#statistics.jitterBufferDelay += (samples * waited) / 1_000;
    this.#statistics.jitterBufferTargetDelay += (samples * this.#target.ms) / 1_000;
    this.#statistics.jitterBufferEmittedCount += samples;
    this.#statistics.decodedSamples += samples;
    if (kind === 'noise') {
      this.#due = time;
      this.#generatedSince = this.#tick;
    } else {
      this.#due = time + samples;
    }
    this.#queue.push({ kind: 'play', payload, from: 0, samples, total: samples, level });
  }

  #conceal(samples = TICK_SAMPLES - this.#queue.samples): void {
    const silentFrom = (this.#settings.muteAfterMs + this.#settings.muteWithinMs) * SAMPLES_PER_MS;
    if (this.#concealed === 0) this.#statistics.concealmentEvents += 1;
    this.#statistics.concealedSamples += samples;
    if (this.#concealed >= silentFrom) this.#statistics.silentConcealedSamples += samples;
    this.#queue.push({ kind: 'conceal', from: this.#concealed, samples });
    this.#concealed += samples;
    this.#generatedSince ??= this.#tick;
    this.#mode = 'conceal';
  }

  #noise(): void {
    const samples = TICK_SAMPLES - this.#queue.samples;
    this.#statistics.noiseSamples += samples;
    this.#queue.push({ kind: 'noise', samples });
  }

  /** Samples sounded since the last real ones. */
  #generated(): number {
    return this.#generatedSince === undefined ? 0 : (this.#tick - this.#generatedSince) * TICK_SAMPLES;
  }

  #loudness(): number {
    const { muteAfterMs, muteWithinMs } = this.#settings;
    const over = this.#concealed / SAMPLES_PER_MS - muteAfterMs;
    return over <= 0 ? 1 : Math.max(0, 1 - over / muteWithinMs);
  }

  #restart(): void {
    this.#fresh = false;
    this.#due = this.#store.first()?.time ?? this.#due;
    this.#target.reset();
    this.#level.set(0);
    this.#removed = 0;
    this.#scaledAt = this.#tick;
    this.#mode = 'normal';
    this.#generatedSince = undefined;
  }
}
