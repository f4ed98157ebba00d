// The file of the voice activity model. It promises the very one that everything here was measured with, and
// refuses any other with both hashes.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MODEL_PATH = fileURLToPath(new URL('./silero_vad.onnx', import.meta.url));
const MODEL_SHA256 = '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3';

/** Throws an Error that names file, expected and found hash when `path` is another model. */
export async function readModel(path: string = MODEL_PATH): Promise<Uint8Array> {
  const bytes = await readFile(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === MODEL_SHA256) return bytes;
  throw new Error(`${path} is not the Silero VAD model: expected sha256 ${MODEL_SHA256}, found ${found}`);
}
