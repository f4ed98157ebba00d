// One end of a measured WebSocket stream, as a program of its own so that it can run in a namespace:
// it listens or connects, sends its frames and notes how late the other end's arrive. Both ends read
// CLOCK_MONOTONIC of one kernel, so the difference is a one-way delay. It waits for a bounded time,
// reports, and ends when its input does.
import { WebSocket, WebSocketServer } from 'ws';
import { LISTENING, type PeerJob, type PeerReport } from './peer-job.ts';
import { counts, frameCount, offsetMs, type Workload } from './workload.ts';

/** How long after the last frame was sent one waits for what is still on its way. */
const GRACE_MS = 20_000;
const STAMP_BYTES = 12;

class Stream {
  readonly #socket: WebSocket;
  readonly #workload: Workload;
  readonly #finished: () => void;
  readonly delaysMs: number[] = [];
  #received = 0;
  #sent = 0;
  #done = false;

  constructor(socket: WebSocket, workload: Workload, finished: () => void) {
    this.#socket = socket;
    this.#workload = workload;
    this.#finished = finished;
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('error', () => this.#finish());
    socket.on('close', () => this.#finish());
  }

  begin(delayMs: number): void {
    this.#send(performance.now() + delayMs);
    setTimeout(() => this.#finish(), delayMs + this.#workload.seconds * 1_000 + GRACE_MS).unref();
  }

  /** Frames keep to their schedule: one that was late does not delay the next. */
  #send(at: number): void {
    if (this.#sent === frameCount(this.#workload)) return;
    setTimeout(
      () => {
        const frame = Buffer.alloc(this.#workload.frameBytes);
        frame.writeBigInt64BE(process.hrtime.bigint());
        frame.writeUInt32BE(this.#sent, 8);
        this.#sent += 1;
        this.#socket.send(frame);
        this.#send(at + this.#workload.frameMs);
      },
      Math.max(0, at - performance.now()),
    );
  }

  #receive(data: Buffer): void {
    const now = process.hrtime.bigint();
    if (data.length < STAMP_BYTES) return;
    this.#received += 1;
    if (counts(this.#workload, data.readUInt32BE(8))) {
      this.delaysMs.push(Number(now - data.readBigInt64BE(0)) / 1e6);
    }
    if (this.#received === frameCount(this.#workload)) this.#finish();
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#finished();
  }
}

async function measure(job: PeerJob): Promise<PeerReport> {
  const { workload, address, port } = job;
  const streams: Stream[] = [];
  const server = job.role === 'listen' ? new WebSocketServer({ host: address, port }) : undefined;
  server?.on('listening', () => {
    const bound = server.address();
    process.stdout.write(`${LISTENING}${typeof bound === 'object' ? (bound?.port ?? port) : port}\n`);
  });
  await new Promise<void>((resolve) => {
    let running = workload.connections;
    const finished = (): void => {
      running -= 1;
      if (running === 0) resolve();
    };
    const start = (socket: WebSocket): void => {
      const stream = new Stream(socket, workload, finished);
      const delayMs = offsetMs(workload, streams.length);
      streams.push(stream);
      if (job.role === 'listen') stream.begin(delayMs);
      else socket.once('open', () => stream.begin(delayMs));
    };
    server?.on('connection', start);
    for (let index = 0; job.role === 'connect' && index < workload.connections; index += 1) {
      start(new WebSocket(`ws://${address}:${port}/`, { perMessageDeflate: false }));
    }
    setTimeout(resolve, workload.seconds * 1_000 + 2 * GRACE_MS).unref();
  });
  const delaysMs = streams.flatMap((stream) => stream.delaysMs);
  const due = Array.from({ length: frameCount(workload) }, (_, frame) => frame).filter((frame) =>
    counts(workload, frame),
  ).length;
  return { delaysMs, lost: due * workload.connections - delaysMs.length };
}

const report = await measure(JSON.parse(process.argv[2] ?? '') as PeerJob);
process.stdout.write(`${JSON.stringify(report)}\n`);
// What this end sent may still be on its way: whoever started it says when both have what they want.
process.stdin.on('end', () => process.exit(0)).resume();
