// The VAD's thread: one model, many streams. While the model runs, windows gather; the next run takes
// the oldest window of every stream that has one, up to a batch. It promises each stream's order and
// answers a batch per message; it refuses to start with a wrong model.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../core/assert.ts';
import { SileroModel, type SileroStream } from './silero/silero.ts';
import type { VadAnswer, VadOrder } from './vad.ts';

/** Beyond 16 a window hardly gets cheaper (300 us alone, 83-107 us in 16, 78-90 us in 32). */
const BATCH_MAX = 16;

type Waiting = { readonly window: number; readonly pcm: Int16Array };
type Call = { readonly stream: SileroStream; readonly waiting: Waiting[] };

const port = parentPort;
assert(port !== null, 'vad-worker runs as a worker thread');

const answer = (message: VadAnswer): void => port.postMessage(message);
const calls = new Map<number, Call>();
let running = false;

try {
  const model = await SileroModel.load(workerData?.modelPath);
  port.on('message', (order: VadOrder) => obey(model, order));
  answer({ kind: 'ready' });
} catch (error) {
  // Told to the starter, who decides; this thread has nothing left to do.
  answer({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
}

function obey(model: SileroModel, order: VadOrder): void {
  if (order.kind === 'open') calls.set(order.stream, { stream: model.stream(), waiting: [] });
  else if (order.kind === 'close') calls.delete(order.stream);
  else {
    calls.get(order.stream)?.waiting.push({ window: order.window, pcm: order.pcm });
    if (!running) void work(model);
  }
}

/** Runs batches until nothing waits. A failure of the model ends the thread, and its owner is told. */
async function work(model: SileroModel): Promise<void> {
  running = true;
  for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
    const scores = await model.score(batch.map(({ call, pcm }) => ({ stream: call.stream, window: pcm })));
    answer({ kind: 'scores', scores: batch.flatMap(({ id, window }, at) => [id, window, scores[at] ?? 0]) });
  }
  running = false;
}

type BatchJob = Waiting & { readonly id: number; readonly call: Call };

/** The oldest window of up to 16 streams; a stream that was served goes to the end of the line. */
function nextBatch(): BatchJob[] {
  const batch: BatchJob[] = [];
  for (const [id, call] of calls) {
    const next = call.waiting.shift();
    if (next === undefined) continue;
    batch.push({ ...next, id, call });
    if (batch.length === BATCH_MAX) break;
  }
  for (const { id, call } of batch) {
    calls.delete(id);
    calls.set(id, call);
  }
  return batch;
}
