// Voice activity for many calls, scored on a thread of its own: the model blocks whoever runs it. It
// promises each stream's scores in the order of its windows and never an exception into a call; it
// refuses windows beyond a bound rather than fall behind without end.
import { Worker } from 'node:worker_threads';
import { assert } from '../core/assert.ts';
import { LIMITS } from '../core/limit.ts';

/** Bytes of one window: 512 samples, s16le. */
export const VAD_WINDOW_BYTES = 1_024;

export type VadOptions = {
  /** The thread is lost, once, with the reason; every stream stays silent afterwards. */
  readonly onError?: (error: Error) => void;
  /** Another thread to run: a test of failure. */
  readonly entry?: URL;
  /** Another model file: refused unless it is the known model. */
  readonly modelPath?: string;
};

/** To the thread. `stream` numbers are never reused. */
export type VadOrder =
  | { readonly kind: 'open'; readonly stream: number }
  | {
      readonly kind: 'score';
      readonly stream: number;
      readonly window: number;
      readonly pcm: Int16Array<ArrayBuffer>;
    }
  | { readonly kind: 'close'; readonly stream: number };

/** From the thread: scores as `[stream, window, score, …]`, a batch per message. */
export type VadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'scores'; readonly scores: readonly number[] };

type Done = (window: number, score: number) => void;

export class VadWorker {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Done[]>();
  readonly #onError: (error: Error) => void;
  #opened = 0;
  #ended = false;

  private constructor(thread: Worker, onError: (error: Error) => void) {
    this.#thread = thread;
    this.#onError = onError;
    thread.on('message', (answer: VadAnswer) => this.#take(answer));
    thread.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', (code) => this.#fail(new Error(`the VAD thread ended with code ${code}`)));
  }

  /** Resolves when the model is loaded; rejects with the model's own reason when it is refused. */
  static async start(options: VadOptions = {}): Promise<VadWorker> {
    const entry = options.entry ?? new URL('./vad-worker.ts', import.meta.url);
    const thread = new Worker(entry, { workerData: { modelPath: options.modelPath }, name: 'vad' });
    const answer = await firstAnswer(thread);
    if (answer.kind === 'refused') {
      await thread.terminate();
      throw new Error(answer.message);
    }
    return new VadWorker(thread, options.onError ?? (() => {}));
  }

  /** A new stream, as if after silence. */
  open(): number {
    this.#opened++;
    this.#waiting.set(this.#opened, []);
    this.#send({ kind: 'open', stream: this.#opened });
    return this.#opened;
  }

  /**
   * Scores 1024 bytes of s16le at 16 kHz, copied at once; `done` gets `window` back with 0..1024.
   * False, and no call of `done`, when the stream is closed, the thread lost or the queue full.
   */
  score(stream: number, window: number, pcm: Uint8Array, done: Done): boolean {
    assert(pcm.length === VAD_WINDOW_BYTES, `a VAD window is ${VAD_WINDOW_BYTES} bytes, got ${pcm.length}`);
    const waiting = this.#waiting.get(stream);
    if (waiting === undefined || this.#ended || waiting.length >= LIMITS.vadWindowsQueuedMax) return false;
    waiting.push(done);
    const copy = pcm.slice();
    this.#send({ kind: 'score', stream, window, pcm: new Int16Array(copy.buffer) });
    return true;
  }

  /** Forgets the stream; scores still under way are dropped. */
  close(stream: number): void {
    if (this.#waiting.delete(stream)) this.#send({ kind: 'close', stream });
  }

  /** Ends the thread; nothing is called afterwards. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#waiting.clear();
    await this.#thread.terminate();
  }

  #take(answer: VadAnswer): void {
    if (answer.kind !== 'scores') return;
    const { scores } = answer;
    for (let at = 0; at < scores.length; at += 3) {
      const done = this.#waiting.get(scores[at] ?? 0)?.shift();
      done?.(scores[at + 1] ?? 0, scores[at + 2] ?? 0);
    }
  }

  #fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting.clear();
    this.#onError(error);
  }

  #send(order: VadOrder): void {
    if (this.#ended) return;
    this.#thread.postMessage(order, order.kind === 'score' ? [order.pcm.buffer] : []);
  }
}

function firstAnswer(thread: Worker): Promise<VadAnswer> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the VAD thread ended at its start with code ${code}`)));
  });
}
