// Two tracks in step on one clock: clean and heard, of which one is audible. One key switches; the
// waveform shows where packets were lost and takes clicks.
import type { AudioPair } from '../../compare/compare-result.ts';
import { faded, paletteOf } from './palette.ts';
import { outline, readWav, type Sound } from './wave.ts';

const HEIGHT_PX = 168;
const AXIS_PX = 16;

type Playing = {
  readonly sources: readonly AudioBufferSourceNode[];
  /** The context's time at which the tracks' second 0 was or would have been. */
  readonly zero: number;
};

export class Player {
  readonly #pair: AudioPair;
  readonly #canvas: HTMLCanvasElement | null;
  readonly #play: HTMLButtonElement | null;
  readonly #switch: HTMLButtonElement | null;
  readonly #seek: HTMLInputElement | null;
  readonly #clock: HTMLOutputElement | null;
  readonly #tracks: readonly (Sound | undefined)[];
  readonly #seconds: number;
  #context: AudioContext | undefined;
  #gains: readonly GainNode[] = [];
  #playing: Playing | undefined;
  #at = 0;
  #heard = false;

  constructor(root: HTMLElement, pair: AudioPair) {
    this.#pair = pair;
    this.#canvas = root.querySelector('canvas');
    this.#play = root.querySelector('.play');
    this.#switch = root.querySelector('.switch');
    this.#seek = root.querySelector('input');
    this.#clock = root.querySelector('output');
    this.#tracks = [pair.clean, pair.heard].map(({ wavBase64 }) => readWav(wavBase64));
    this.#seconds = Math.max(
      0.1,
      ...this.#tracks.map((track) => (track ? track.samples.length / track.rate : 0)),
    );
    this.#play?.addEventListener('click', () => (this.#playing === undefined ? this.#start() : this.#stop()));
    this.#switch?.addEventListener('click', () => this.#toggle());
    this.#seek?.addEventListener('input', () =>
      this.#jump((Number(this.#seek?.value) / 1_000) * this.#seconds),
    );
    this.#canvas?.addEventListener('click', (event) => {
      const width = this.#canvas?.clientWidth ?? 1;
      this.#jump((event.offsetX / width) * this.#seconds);
    });
    document.addEventListener('keydown', (event) => {
      const typing = event.target instanceof HTMLSelectElement;
      if (event.key.toLowerCase() === 'x' && !typing && !event.ctrlKey && !event.metaKey) this.#toggle();
    });
    addEventListener('resize', () => this.redraw());
  }

  #toggle(): void {
    this.#heard = !this.#heard;
    for (const [index, gain] of this.#gains.entries()) gain.gain.value = this.#gainOf(index);
    if (this.#switch !== null) {
      this.#switch.textContent = `Hearing: ${this.#heard ? 'as heard' : 'clean'}`;
      this.#switch.setAttribute('aria-pressed', String(this.#heard));
    }
    this.redraw();
  }

  #gainOf(index: number): number {
    return (index === 1) === this.#heard ? 1 : 0;
  }

  #start(): void {
    const context = this.#context ?? new AudioContext();
    this.#context = context;
    void context.resume();
    if (this.#at >= this.#seconds) this.#at = 0;
    if (this.#gains.length === 0) {
      this.#gains = this.#tracks.map(() => {
        const gain = context.createGain();
        gain.connect(context.destination);
        return gain;
      });
    }
    for (const [index, gain] of this.#gains.entries()) gain.gain.value = this.#gainOf(index);
    const zero = context.currentTime - this.#at;
    const sources = this.#tracks.flatMap((track, index) => {
      const gain = this.#gains[index];
      if (track === undefined || gain === undefined || track.samples.length === 0) return [];
      const buffer = context.createBuffer(1, track.samples.length, track.rate);
      buffer.copyToChannel(
        Float32Array.from(track.samples, (sample) => sample / 32_768),
        0,
      );
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(gain);
      source.start(0, Math.min(this.#at, buffer.duration));
      return [source];
    });
    this.#playing = { sources, zero };
    if (this.#play !== null) this.#play.textContent = 'Pause';
    this.#follow();
  }

  #stop(): void {
    for (const source of this.#playing?.sources ?? []) source.stop();
    this.#playing = undefined;
    if (this.#play !== null) this.#play.textContent = 'Play';
  }

  #jump(seconds: number): void {
    const playing = this.#playing !== undefined;
    if (playing) this.#stop();
    this.#at = Math.min(this.#seconds, Math.max(0, seconds));
    if (playing) this.#start();
    this.redraw();
  }

  /** Moves the position along while it plays. */
  #follow(): void {
    if (this.#playing === undefined || this.#context === undefined) return;
    this.#at = Math.min(this.#seconds, this.#context.currentTime - this.#playing.zero);
    this.redraw();
    if (this.#at >= this.#seconds) this.#stop();
    else requestAnimationFrame(() => this.#follow());
  }

  redraw(): void {
    if (this.#seek !== null) this.#seek.value = String(Math.round((1_000 * this.#at) / this.#seconds));
    if (this.#clock !== null) this.#clock.value = `${this.#at.toFixed(1)} of ${this.#seconds.toFixed(1)} s`;
    const canvas = this.#canvas;
    const pen = canvas?.getContext('2d');
    if (canvas == null || pen == null) return;
    const width = canvas.clientWidth;
    canvas.width = width * devicePixelRatio;
    canvas.height = HEIGHT_PX * devicePixelRatio;
    pen.scale(devicePixelRatio, devicePixelRatio);
    const palette = paletteOf();
    const lane = (HEIGHT_PX - AXIS_PX) / 2;
    for (const [index, track] of this.#tracks.entries()) {
      if (track === undefined) continue;
      const middle = index === 0 ? lane / 2 : lane + AXIS_PX + lane / 2;
      pen.fillStyle = this.#gainOf(index) === 1 ? VOICE : faded(VOICE, 0.4);
      const columns = outline(track, width, this.#seconds);
      const peak = Math.max(0.05, ...columns.map(([low, high]) => Math.max(-low, high)));
      for (const [x, [low, high]] of columns.entries()) {
        const scale = (0.92 * lane) / 2 / peak;
        pen.fillRect(x, middle - high * scale, 1, Math.max(1, (high - low) * scale));
      }
    }
    this.#marks(pen, width, palette.ink);
    pen.fillStyle = palette.ink;
    pen.fillRect((this.#at / this.#seconds) * width - 1, 0, 2, HEIGHT_PX);
  }

  #marks(pen: CanvasRenderingContext2D, width: number, ink: string): void {
    const top = (HEIGHT_PX - AXIS_PX) / 2;
    for (const { startMs, endMs, kind } of this.#pair.marks) {
      const x = (startMs / 1_000 / this.#seconds) * width;
      const length = Math.max(2, ((endMs - startMs) / 1_000 / this.#seconds) * width);
      pen.fillStyle = faded(ink, 0.1);
      pen.fillRect(x, 0, length, HEIGHT_PX);
      pen.fillStyle = pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      if (kind === 'lost') pen.fillRect(x, top + 2, length, AXIS_PX - 4);
      if (kind === 'late') pen.strokeRect(x + 1, top + 3, Math.max(1, length - 2), AXIS_PX - 6);
      for (let line = x; kind === 'stalled' && line < x + length; line += 5)
        pen.fillRect(line, top + 2, 2, AXIS_PX - 4);
    }
  }
}

/** The agent's colour, the same everywhere. */
const VOICE = '#CC79A7';
