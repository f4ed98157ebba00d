// Progress of long work on stderr: one line that is rewritten on a terminal, a plain line about every
// tenth elsewhere. A pure function of what it is told, the time included; the caller writes.

export type ProgressOptions = {
  readonly total: number;
  readonly tty: boolean;
  /** What is counted, in the plural. */
  readonly noun: string;
};

export class Progress {
  readonly #options: ProgressOptions;
  #shownTenth = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** What to write now that `done` are done after `seconds`; empty for nothing. */
  update(done: number, seconds: number): string {
    const { total, tty } = this.#options;
    const line = this.#line(done, seconds);
    if (tty) return `\r\u001b[K${line}`;
    const tenth = total > 0 ? Math.floor((done * 10) / total) : 10;
    if (tenth <= this.#shownTenth) return '';
    this.#shownTenth = tenth;
    return `${line}\n`;
  }

  /** Clears the line before something else is written. */
  end(): string {
    return this.#options.tty ? '\r\u001b[K' : '';
  }

  #line(done: number, seconds: number): string {
    const { total, noun } = this.#options;
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 ? `${duration((total - done) / rate)} left` : 'starting';
    return `${done} of ${total} ${noun} · ${percent} % · ${rate.toFixed(1)}/s · ${left}`;
  }
}

const duration = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;
