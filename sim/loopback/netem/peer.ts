// Hold of one end of a measured stream: starts the program, hears what it says, and ends it.
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';
import { LISTENING, type PeerJob, type PeerReport } from './peer-job.ts';
import type { Delays } from './workload.ts';

const PROGRAM = fileURLToPath(new URL('./stream-peer.ts', import.meta.url));

/** Waits for what both ends received. Rejects when one of them ends without a report. */
export async function exchange(near: Peer, far: Peer): Promise<Delays> {
  const [up, down] = await Promise.all([far.report(), near.report()]);
  await Promise.all([far.end(), near.end()]);
  return { up: up.delaysMs, down: down.delaysMs, lost: up.lost + down.lost };
}

export class Peer {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';
  #errors = '';

  /** `start` runs the command wherever this end belongs. */
  constructor(start: (command: Command) => ChildProcess, job: PeerJob) {
    this.#process = start([process.execPath, PROGRAM, JSON.stringify(job)]);
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

  /** The port it listens on. */
  async listening(): Promise<number> {
    return Number((await this.#line((line) => line.startsWith(LISTENING))).slice(LISTENING.length));
  }

  /** The first whole line that is as wanted. */
  #line(wanted: (line: string) => boolean): Promise<string> {
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
    return JSON.parse(await this.#line((line) => line.startsWith('{'))) as PeerReport;
  }

  end(): Promise<void> {
    this.#process.stdin?.end();
    return this.#ended;
  }
}
