// Everything that is heard and said in the page: the microphone or a recording in its place on the way to
// the agent, the agent's voice on the way to the ear, a meter on each. It needs a click of the reader's to
// begin, as browsers demand, and no microphone.
import { type Hearing, Meter } from './meter.ts';
import type { FromPlayer, ToPlayer } from './worklet/player.ts';

export type SoundHooks = {
  /** 20 ms of what the caller says, 16 kHz. */
  captured(pcm: Int16Array<ArrayBuffer>): void;
  readonly mouth: Hearing;
  readonly ear: Hearing;
};

export class Sound {
  readonly context: AudioContext;
  readonly mouth: Meter;
  readonly ear: Meter;
  /** What the caller says, for lines with a media path. */
  readonly outgoing: MediaStream;
  readonly #mix: GainNode;
  readonly #microphone: GainNode;
  readonly #player: AudioWorkletNode;
  /** Makes Chromium decode a remote stream at all. */
  readonly #element = new Audio();
  #source: MediaStreamAudioSourceNode | undefined;
  #remote: MediaStreamAudioSourceNode | undefined;
  #stream: MediaStream | undefined;
  #clip: AudioBufferSourceNode | undefined;
  #muted = false;
  #flushes: ((ms: number) => void)[] = [];

  private constructor(context: AudioContext, hooks: SoundHooks) {
    this.context = context;
    this.mouth = new Meter(context, hooks.mouth);
    this.ear = new Meter(context, hooks.ear);
    this.#mix = context.createGain();
    this.#microphone = context.createGain();
    this.#microphone.connect(this.#mix);
    const capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => hooks.captured(data);
    const outgoing = context.createMediaStreamDestination();
    this.outgoing = outgoing.stream;
    for (const node of [this.mouth.input, capture, outgoing]) this.#mix.connect(node);
    this.#player = new AudioWorkletNode(context, 'player', { numberOfInputs: 0, outputChannelCount: [1] });
    this.#player.port.onmessage = ({ data }: MessageEvent<FromPlayer>) => {
      if ('flushed' in data) this.#flushes.shift()?.(data.flushed);
    };
    this.#player.connect(this.ear.input);
    this.ear.input.connect(context.destination);
  }

  static async open(hooks: SoundHooks): Promise<Sound> {
    const context = new AudioContext({ latencyHint: 'interactive' });
    await Promise.all([context.resume(), ...WORKLETS.map((url) => context.audioWorklet.addModule(url))]);
    return new Sound(context, hooks);
  }

  /** `device`: as named by the browser; the usual one when absent. Rejects when none is there or allowed. */
  async listen(device?: string): Promise<void> {
    const wishes = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const audio = device === undefined || device === '' ? wishes : { ...wishes, deviceId: { exact: device } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    this.deafen();
    this.#stream = stream;
    this.#source = this.context.createMediaStreamSource(stream);
    this.#source.connect(this.#microphone);
  }

  get listening(): boolean {
    return this.#stream !== undefined;
  }

  /** Lets go of the microphone. */
  deafen(): void {
    this.#source?.disconnect();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#source = undefined;
    this.#stream = undefined;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    this.#microphone.gain.value = muted || this.#clip !== undefined ? 0 : 1;
  }

  get muted(): boolean {
    return this.#muted;
  }

  heard(pcm: Int16Array<ArrayBuffer>, rate: number): void {
    this.#player.port.postMessage({ pcm, rate } satisfies ToPlayer, [pcm.buffer]);
  }

  /** The agent's voice as a stream, in place of pieces. */
  attach(stream: MediaStream): void {
    this.#element.srcObject = stream;
    this.#element.muted = true;
    this.#element.play().catch(() => {});
    this.#remote?.disconnect();
    this.#remote = this.context.createMediaStreamSource(stream);
    this.#remote.connect(this.ear.input);
  }

  /** Nothing of what has not sounded yet will: how much that was, ms. */
  flush(): Promise<number> {
    this.#player.port.postMessage({ flush: true } satisfies ToPlayer);
    return new Promise((resolve) => this.#flushes.push(resolve));
  }

  /** Says a recording in place of the microphone, and lets it be heard; resolves at its end. */
  async say(clip: AudioBuffer): Promise<void> {
    this.hush();
    const source = this.context.createBufferSource();
    source.buffer = clip;
    source.connect(this.#mix);
    source.connect(this.context.destination);
    this.#clip = source;
    this.muted = this.#muted;
    const ended = new Promise<void>((resolve) => {
      source.onended = () => resolve();
    });
    source.start();
    await ended;
    if (this.#clip === source) this.#clip = undefined;
    this.muted = this.#muted;
  }

  /** Ends the recording that is being said. */
  hush(): void {
    this.#clip?.stop();
    this.#clip = undefined;
  }

  /** Ends what can be heard of a call that is over. */
  silence(): void {
    this.hush();
    this.#remote?.disconnect();
    this.#remote = undefined;
    this.#element.srcObject = null;
    this.#player.port.postMessage({ flush: true } satisfies ToPlayer);
    this.#flushes.push(() => {});
  }
}

const WORKLETS = ['/capture.js', '/player.js'];
