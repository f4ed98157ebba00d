// The voice activity model for calls whose sound nobody could record beforehand: read when the first of
// them is played (10 ms), then kept.
import { readFileSync } from 'node:fs';
import { SileroNet } from '#sim/vad/silero-net.ts';

/** The file that the agent itself runs. */
const MODEL = new URL('../../agent/io/silero/silero_vad.onnx', import.meta.url);

let net: SileroNet | undefined;

export function vadModel(): SileroNet {
  net ??= new SileroNet(readFileSync(MODEL));
  return net;
}
