// The little of a browser that the stock client needs to run under Node: a microphone, a loudspeaker
// and the audio worklets between them. The client's own worklet code runs unchanged; only the sound
// hardware, which would call it every 128 samples, is replaced by `speak` and `play`. For tests only.
import { resolveObjectURL } from 'node:buffer';

const QUANTUM = 128;

export type StandInBrowser = {
  /** Gives the microphone these samples, each within ±1; whole quanta of 128. */
  speak(samples: Float32Array): void;
  /** Lets the loudspeaker play `quanta` blocks of 128 samples: rate and what came out of it. */
  play(quanta: number): { readonly sampleRate: number; readonly samples: Float32Array };
};

/** Installs the globals, once per process: a test file of its own gives them back by ending. */
export function installStandInBrowser(): StandInBrowser {
  const nodes: WorkletNode[] = [];
  const processors = new Map<string, ProcessorClass>();
  const track = { kind: 'audio', enabled: true, stop() {}, getSettings: () => ({ deviceId: 'microphone' }) };
  const stream = { getTracks: () => [track], getAudioTracks: () => [track] };
  const devices = [{ kind: 'audioinput', deviceId: 'microphone', label: 'Microphone' }];
  const navigator = {
    userAgent: 'Mozilla/5.0 (X11; Linux x64) Chrome/140.0.0.0',
    mediaDevices: {
      getUserMedia: () => Promise.resolve(stream),
      enumerateDevices: () => Promise.resolve(devices),
      addEventListener() {},
      removeEventListener() {},
    },
    permissions: { query: () => Promise.resolve({ state: 'granted' }) },
  };
  define('window', globalThis);
  define('navigator', navigator);
  define('AudioContext', contextClass(processors));
  define('AudioWorkletNode', nodeClass(nodes, processors));
  return {
    speak(samples) {
      for (let at = 0; at < samples.length; at += QUANTUM) {
        render(nodes, 'audio_processor', samples.subarray(at, at + QUANTUM));
      }
    },
    play: (quanta) => play(nodes, quanta),
  };
}

type Port = { onmessage: ((event: { data: unknown }) => void) | undefined; postMessage(data: unknown): void };
type Processor = {
  process(inputs: Float32Array[][], outputs: Float32Array[][], parameters: object): boolean;
};
type ProcessorClass = new () => Processor;
type WorkletNode = {
  readonly name: string;
  readonly sampleRate: number;
  readonly processor: Processor;
  connected: boolean;
};

const define = (name: string, value: unknown): void => {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
};

/** Two ends that deliver in order, a microtask later, as a MessagePort would a task later. */
function portPair(): [Port, Port] {
  const port = (): Port => ({ onmessage: undefined, postMessage() {} });
  const [near, far] = [port(), port()];
  const link = (from: Port, to: Port): void => {
    from.postMessage = (data) => queueMicrotask(() => to.onmessage?.({ data }));
  };
  link(near, far);
  link(far, near);
  return [near, far];
}

/** The port that the processor under construction finds in `this.port`. */
let portOfNewProcessor: Port | undefined;

class StandInProcessor {
  readonly port = portOfNewProcessor;
}

const contextClass = (processors: Map<string, ProcessorClass>) =>
  class {
    readonly state = 'running';
    readonly destination = {};
    readonly sampleRate: number;

    constructor(options: { readonly sampleRate: number }) {
      this.sampleRate = options.sampleRate;
    }

    readonly audioWorklet = {
      async addModule(url: string): Promise<void> {
        const source = (await resolveObjectURL(url)?.text()) ?? '';
        const run = new Function('AudioWorkletProcessor', 'registerProcessor', source);
        run(StandInProcessor, (name: string, type: ProcessorClass) => processors.set(name, type));
      },
    };

    createAnalyser = (): object => ({ connect() {}, disconnect() {} });
    createMediaStreamSource = (): object => ({ connect: (node: unknown) => node, disconnect() {} });
  };

const nodeClass = (nodes: WorkletNode[], processors: ReadonlyMap<string, ProcessorClass>) =>
  class implements WorkletNode {
    readonly name: string;
    readonly sampleRate: number;
    readonly port: Port;
    readonly processor: Processor;
    connected = true;

    constructor(context: { readonly sampleRate: number }, name: string) {
      const type = processors.get(name);
      if (type === undefined) throw new Error(`no audio worklet is called ${name}`);
      this.name = name;
      this.sampleRate = context.sampleRate;
      [this.port, portOfNewProcessor] = portPair();
      this.processor = new type();
      nodes.push(this);
    }

    connect(): void {}

    disconnect(): void {
      this.connected = false;
    }
  };

function play(nodes: readonly WorkletNode[], quanta: number): { sampleRate: number; samples: Float32Array } {
  const samples = new Float32Array(quanta * QUANTUM);
  let sampleRate = 0;
  for (let block = 0; block < quanta; block += 1) {
    const output = samples.subarray(block * QUANTUM, (block + 1) * QUANTUM);
    sampleRate = render(nodes, 'stream_processor', undefined, output) ?? sampleRate;
  }
  return { sampleRate, samples };
}

/** Runs the connected worklets of one kind for one quantum; the rate of the last of them. */
function render(
  nodes: readonly WorkletNode[],
  name: string,
  input?: Float32Array,
  output = new Float32Array(QUANTUM),
): number | undefined {
  let sampleRate: number | undefined;
  for (const node of nodes) {
    if (!node.connected || node.name !== name) continue;
    node.processor.process(input === undefined ? [[]] : [[input]], [[output]], {});
    sampleRate = node.sampleRate;
  }
  return sampleRate;
}
