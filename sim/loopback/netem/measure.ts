// WebSocket streams through a network impaired by the kernel: two programs in two namespaces, and the
// one-way delay of every frame in both directions. It needs what `netemCapability` asks for, and takes
// as long as the workload says and a bounded time more.
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Impairment } from '#sim/network/impairment.ts';
import type { Pair } from './command.ts';
import { LISTENING, type PeerJob, type PeerReport } from './peer-job.ts';
import { type Netem, type NetemResult, withNetem } from './session.ts';
import type { Delays, Workload } from './workload.ts';

/** One network and what to send through it; plain data, so that it can travel into a guest. */
export type Condition = { readonly impairment: Impairment; readonly workload: Workload };

const PORT = 7700;
const PEER = fileURLToPath(new URL('./stream-peer.ts', import.meta.url));

/** Rejects when one of the two programs ends without a report. */
export function measureNetem({ impairment, workload }: Condition): Promise<NetemResult<Delays>> {
  return withNetem(impairment, async (netem) => {
    const job = { address: netem.pair.far.address, port: PORT, workload };
    const far = new Peer(netem, 'far', { ...job, role: 'listen' });
    await far.line((line) => line === LISTENING);
    const near = new Peer(netem, 'near', { ...job, role: 'connect' });
    const [up, down] = await Promise.all([far.report(), near.report()]);
    await Promise.all([far.end(), near.end()]);
    return { up: up.delaysMs, down: down.delaysMs, lost: up.lost + down.lost };
  });
}

class Peer {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #errors = '';

  constructor(netem: Netem, side: keyof Pair, job: PeerJob) {
    this.#process = netem.start(side, [process.execPath, PEER, JSON.stringify(job)]);
    this.#process.stdout?.on('data', (data: Buffer) => {
      this.#output += data.toString();
    });
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#errors += data.toString();
    });
    this.#ended = new Promise((resolve) => {
      this.#process.on('error', () => resolve());
      this.#process.on('close', () => resolve());
    });
  }

  /** The first whole line that is as wanted. */
  line(wanted: (line: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.#output.split('\n').slice(0, -1).find(wanted);
        if (found !== undefined) resolve(found);
      };
      this.#process.stdout?.on('data', look);
      look();
      void this.#ended.then(() => reject(new Error(`a stream's end stopped: ${this.#errors.trim()}`)));
    });
  }

  async report(): Promise<PeerReport> {
    return JSON.parse(await this.line((line) => line.startsWith('{'))) as PeerReport;
  }

  end(): Promise<void> {
    this.#process.stdin?.end();
    return this.#ended;
  }
}
