// Sound in the room: the agent's voice becomes a track, a track of the caller becomes pieces of 20 ms. No
// device takes part: each way has an audio graph at its own rate, on a clock of its own, so that the browser
// resamples (done in the worklets, a call took half as much processor time again).
import type { ToPlayer } from '../worklet/player.ts';

/** Of what is heard. */
const EAR_RATE = 16_000;

export class RoomSound {
  /** The agent's voice. */
  readonly voice: MediaStreamTrack;
  readonly #rate: number;
  readonly #ear: AudioContext;
  readonly #player: AudioWorkletNode;
  readonly #capture: AudioWorkletNode;
  /** Makes Chromium decode a remote track at all. */
  readonly #element = new Audio();
  #source: MediaStreamAudioSourceNode | undefined;

  private constructor(mouth: AudioContext, ear: AudioContext, heard: (pcm: Int16Array<ArrayBuffer>) => void) {
    this.#rate = mouth.sampleRate;
    this.#ear = ear;
    this.#player = new AudioWorkletNode(mouth, 'player', { numberOfInputs: 0, outputChannelCount: [1] });
    const out = mouth.createMediaStreamDestination();
    this.#player.connect(out);
    const [voice] = out.stream.getAudioTracks();
    if (voice === undefined) throw new Error('a stream destination has a track');
    this.voice = voice;
    this.#capture = new AudioWorkletNode(ear, 'capture', { numberOfOutputs: 0 });
    this.#capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => heard(data);
  }

  /** `rate` is that of the voice, Hz; `heard`: every 20 ms at 16 kHz, silence included. */
  static async open(rate: number, heard: (pcm: Int16Array<ArrayBuffer>) => void): Promise<RoomSound> {
    const [mouth, ear] = await Promise.all([graph(rate, 'player.js'), graph(EAR_RATE, 'capture.js')]);
    return new RoomSound(mouth, ear, heard);
  }

  speak(pcm: Int16Array<ArrayBuffer>): void {
    this.#player.port.postMessage({ pcm, rate: this.#rate } satisfies ToPlayer, [pcm.buffer]);
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
    this.#source = this.#ear.createMediaStreamSource(stream);
    this.#source.connect(this.#capture);
  }
}

async function graph(sampleRate: number, worklet: string): Promise<AudioContext> {
  // No output device; not yet in the standard library's types.
  const options = { latencyHint: 'interactive', sampleRate, sinkId: { type: 'none' } };
  const context = new AudioContext(options as AudioContextOptions);
  await Promise.all([context.resume(), context.audioWorklet.addModule(worklet)]);
  return context;
}
