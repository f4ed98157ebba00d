// The voice of a WebRTC call, both ways, as PCM: 20 ms frames in, 10 ms of sound out, at either end. A
// frame that crosses undamaged comes out as slices of the very object that went in; what was lost comes
// out as the concealment that a real receiver would have played.
import type { Piece } from '#agent/media/jitter-buffer/piece.ts';
import { Renderer } from '#agent/media/renderer.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import type { RtcSettings } from './option.ts';
import { RtcStream } from './stream.ts';

export type RtcEnd = {
  /** Sampling rate of the frames that this end receives: 8, 16, 24 or 48 kHz. */
  readonly rate: number;
  /** 10 ms of s16le to be played now. Equal sound is often the same object; do not write into it. */
  readonly deliver: (pcm: Uint8Array, pieces: readonly Piece<Uint8Array>[]) => void;
};

export type RtcMediaOptions = {
  readonly clock: Clock;
  readonly settings: RtcSettings;
  readonly up: Link;
  readonly down: Link;
  readonly seed: number;
  /** Where the caller's voice arrives, and where the agent's. */
  readonly agent: RtcEnd;
  readonly caller: RtcEnd;
};

export class RtcMedia {
  /** The caller's voice on its way to the agent, and the agent's to the caller. */
  readonly up: RtcStream<Uint8Array>;
  readonly down: RtcStream<Uint8Array>;

  constructor(options: RtcMediaOptions) {
    const { up, down, agent, caller } = options;
    this.up = voice(options, 'up', up, down, agent);
    this.down = voice(options, 'down', down, up, caller);
  }

  open(): void {
    this.up.open();
    this.down.open();
  }

  close(): void {
    this.up.close();
    this.down.close();
  }
}

function voice(
  options: RtcMediaOptions,
  name: string,
  link: Link,
  back: Link,
  end: RtcEnd,
): RtcStream<Uint8Array> {
  const { clock, settings, seed } = options;
  const renderer = new Renderer<Uint8Array>(end.rate, settings.jitter, (pcm) => pcm);
  const { deliver } = end;
  return new RtcStream<Uint8Array>({
    clock,
    settings,
    link,
    back,
    seed,
    name,
    play: (pieces) => deliver(renderer.render(pieces), pieces),
  });
}
