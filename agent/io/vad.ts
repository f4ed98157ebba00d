// Voice activity for all calls of a process: one model, an ear for each call. A window is scored where it
// arrives, in 0.07 ms: to hand it to a thread and hear from it costs the calling thread as much, and every
// turn two waits for a thread to wake up. It promises each ear's scores in order; it refuses to start with
// another model.
import { SileroEar } from '../media/silero/ear.ts';
import { SileroNet } from '../media/silero/net.ts';
import { readModel } from './silero/model.ts';

export class Vad {
  readonly #net: SileroNet;

  private constructor(net: SileroNet) {
    this.#net = net;
  }

  /** Rejects with the reason when the model is missing or another one. */
  static async load(path?: string): Promise<Vad> {
    return new Vad(new SileroNet(await readModel(path)));
  }

  /** A new ear, as if after silence. */
  open(): SileroEar {
    return new SileroEar(this.#net);
  }
}
