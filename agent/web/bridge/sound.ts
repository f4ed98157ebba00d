// Sound in the room: the agent's voice becomes a track, a track of the caller becomes pieces of 20 ms. No
// device takes part: the audio graph runs on a clock of its own.
import type { ToPlayer } from '../worklet/player.ts';

export class RoomSound {
  /** The agent's voice. */
  readonly voice: MediaStreamTrack;
  readonly #context: AudioContext;
  readonly #player: AudioWorkletNode;
  readonly #capture: AudioWorkletNode;
  /** Makes Chromium decode a remote track at all. */
  readonly #element = new Audio();
  #source: MediaStreamAudioSourceNode | undefined;

  private constructor(context: AudioContext, heard: (pcm: Int16Array<ArrayBuffer>) => void) {
    this.#context = context;
    this.#player = new AudioWorkletNode(context, 'player', { numberOfInputs: 0, outputChannelCount: [1] });
    const out = context.createMediaStreamDestination();
    this.#player.connect(out);
    const [voice] = out.stream.getAudioTracks();
    if (voice === undefined) throw new Error('a stream destination has a track');
    this.voice = voice;
    this.#capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 });
    this.#capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => heard(data);
  }

  /** `heard`: every 20 ms at 16 kHz, silence included. */
  static async open(heard: (pcm: Int16Array<ArrayBuffer>) => void): Promise<RoomSound> {
    // No output device; not yet in the standard library's types.
    const options = { latencyHint: 'interactive', sampleRate: 48_000, sinkId: { type: 'none' } };
    const context = new AudioContext(options as AudioContextOptions);
    await context.resume();
    await Promise.all(['capture.js', 'player.js'].map((name) => context.audioWorklet.addModule(name)));
    return new RoomSound(context, heard);
  }

  speak(pcm: Int16Array<ArrayBuffer>, rate: number): void {
    this.#player.port.postMessage({ pcm, rate } satisfies ToPlayer, [pcm.buffer]);
  }

  /** Hears this track from now on, or nobody. */
  listen(track: MediaStreamTrack | undefined): void {
    this.#source?.disconnect();
    this.#source = undefined;
    this.#element.srcObject = null;
    if (track === undefined) return;
    const stream = new MediaStream([track]);
    this.#element.srcObject = stream;
    this.#element.muted = true;
    this.#element.play().catch(() => {});
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#capture);
  }
}
