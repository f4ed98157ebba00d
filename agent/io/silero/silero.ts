// The Silero voice activity model, run by ONNX Runtime: what recordings are scored by, and the referee of our
// own arithmetic (`agent/media/silero`), which calls are scored by. It promises one integer score, 0..1024,
// per window of 512 samples at 16 kHz, the same whether windows are scored alone or in a batch. It refuses a
// model file that is not the very one it was measured with.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { assert } from '../../core/assert.ts';
import { FORGET_AFTER, QUIET_BELOW } from '../../media/silero/ear.ts';
import { readModel } from './model.ts';

/** Samples of one window: 32 ms at 16 kHz. */
export const SILERO_WINDOW = 512;
/** A score of 1024 is a probability of 1. */
export const SILERO_SCORE_MAX = 1024;

const SAMPLE_RATE = 16_000;
const CONTEXT = 64;
const INPUT = CONTEXT + SILERO_WINDOW;
const STATE = 128;

/**
 * One loaded model (41 MiB the first), shared by every stream of its thread: a stream costs 1.3 KiB.
 * `run` of ONNX Runtime blocks the calling thread for its 0.3 ms.
 */
export class SileroModel {
  readonly #session: InferenceSession;
  readonly #rate = new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), []);

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Throws an Error that names file, expected and found hash when `path` is another model. */
  static async load(path?: string): Promise<SileroModel> {
    const session = await InferenceSession.create(await readModel(path), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
    return new SileroModel(session);
  }

  /** `forgetAfter` quiet windows the stream is as new; `Infinity` for the model's own endless memory. */
  stream(forgetAfter: number = FORGET_AFTER): SileroStream {
    return new SileroStream(this, forgetAfter);
  }

  /** Scores one window of each stream in one run; a stream may appear only once. */
  async score(jobs: readonly SileroJob[]): Promise<number[]> {
    const count = jobs.length;
    const input = new Float32Array(count * INPUT);
    const state = new Float32Array(2 * count * STATE);
    for (const [row, { stream, window }] of jobs.entries()) {
      assert(
        window.length === SILERO_WINDOW,
        `a VAD window is ${SILERO_WINDOW} samples, got ${window.length}`,
      );
      stream.gather(window, input.subarray(row * INPUT, (row + 1) * INPUT));
      state.set(stream.state.subarray(0, STATE), row * STATE);
      state.set(stream.state.subarray(STATE), (count + row) * STATE);
    }
    const result = await this.#session.run({
      input: new Tensor('float32', input, [count, INPUT]),
      state: new Tensor('float32', state, [2, count, STATE]),
      sr: this.#rate,
    });
    const probability = floats(result['output']);
    const next = floats(result['stateN']);
    return jobs.map(({ stream }, row) => {
      const layer = (index: number) =>
        next.subarray((index * count + row) * STATE, (index * count + row + 1) * STATE);
      return stream.scatter(layer(0), layer(1), probability[row] ?? 0);
    });
  }
}

export type SileroJob = { readonly stream: SileroStream; readonly window: Int16Array };

/** What the model remembers of one call. Windows are scored one after the other, never two at once. */
export class SileroStream {
  readonly state = new Float32Array(2 * STATE);
  readonly #context = new Float32Array(CONTEXT);
  readonly #model: SileroModel;
  readonly #forgetAfter: number;
  /** Quiet windows in a row; a new stream counts as having been quiet for long. */
  #quiet: number;
  #busy = false;

  constructor(model: SileroModel, forgetAfter: number) {
    this.#model = model;
    this.#forgetAfter = forgetAfter;
    this.#quiet = forgetAfter;
  }

  async score(window: Int16Array): Promise<number> {
    const [score] = await this.#model.score([{ stream: this, window }]);
    return score ?? 0;
  }

  /** Forgets everything heard so far. */
  reset(): void {
    this.state.fill(0);
    this.#context.fill(0);
    this.#quiet = this.#forgetAfter;
  }

  /** Writes the model's input row, context first, and keeps the next window's context. */
  gather(window: Int16Array, row: Float32Array): void {
    assert(!this.#busy, 'a VAD stream scores one window at a time');
    this.#busy = true;
    if (this.#quiet >= this.#forgetAfter) this.state.fill(0);
    row.set(this.#context);
    for (let index = 0; index < SILERO_WINDOW; index++) row[CONTEXT + index] = (window[index] ?? 0) / 32_768;
    this.#context.set(row.subarray(SILERO_WINDOW));
  }

  /** Takes the state that the model returned; answers the quantised score. */
  scatter(first: Float32Array, second: Float32Array, probability: number): number {
    this.#busy = false;
    this.state.set(first, 0);
    this.state.set(second, STATE);
    const score = Math.round(probability * SILERO_SCORE_MAX);
    this.#quiet = score < QUIET_BELOW ? this.#quiet + 1 : 0;
    return score;
  }
}

function floats(tensor: Tensor | undefined): Float32Array {
  assert(tensor?.data instanceof Float32Array, 'the VAD model answers with floats');
  return tensor.data;
}
