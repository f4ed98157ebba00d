// A process of a load run as its parent sees it: messages in order, and one end. A child that dies before its
// time is an error value with its last words; the parent never waits for one without a bound.
import { type ChildProcess, fork } from 'node:child_process';

/** Lines of its standard error that are kept. */
const WORDS_MAX = 4_000;
const END_MS = 10_000;

export type ChildOptions<Report> = {
  readonly entry: URL;
  readonly execArgv?: readonly string[];
  onReport(report: Report): void;
  lost(reason: string): void;
};

export class Child<Order extends object, Report extends { readonly kind: string }> {
  readonly #process: ChildProcess;
  readonly #ended = Promise.withResolvers<void>();
  #words = '';
  #over = false;

  /** `lost` is called when it ends without having been told to. `execArgv`: options of its Node. */
  constructor({ entry, execArgv = [], onReport, lost }: ChildOptions<Report>) {
    this.#process = fork(entry, { execArgv: [...execArgv], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#words = (this.#words + data.toString()).slice(-WORDS_MAX);
    });
    this.#process.on('message', (report) => onReport(report as Report));
    this.#process.on('error', (error) => lost(error.message));
    this.#process.on('exit', (code, signal) => {
      this.#ended.resolve();
      if (!this.#over) lost(`it ended with ${signal ?? `code ${code}`}: ${this.#words.trim()}`);
    });
  }

  tell(order: Order): void {
    if (this.#process.connected) this.#process.send(order, ignore);
  }

  /** From now on its end is no loss. */
  release(): void {
    this.#over = true;
  }

  /** Lets it go, and makes sure that it does. */
  async end(): Promise<void> {
    this.release();
    if (this.#process.connected) this.#process.disconnect();
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await this.#ended.promise;
    clearTimeout(impatience);
  }
}

/** A failed send is followed by the child's exit. */
const ignore = (): void => {};
