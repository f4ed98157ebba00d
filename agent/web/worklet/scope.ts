// What an audio worklet finds around it; the standard library describes only the page.

export type Processor = {
  readonly port: MessagePort;
  process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean;
};

type Scope = {
  readonly sampleRate: number;
  readonly AudioWorkletProcessor: new () => { readonly port: MessagePort };
  registerProcessor(name: string, processor: new () => Processor): void;
};

export const { sampleRate, AudioWorkletProcessor, registerProcessor } = globalThis as unknown as Scope;
