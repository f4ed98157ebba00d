// One headless Chromium, told by a pipe which pages to open and to close: nobody else can tell it anything,
// and no port is open for that. It promises to be gone, profile included, when it is closed or this process
// ends. A Chromium that does not start, or dies, is a reason in words, its own last ones included.
// Source: the Chrome DevTools Protocol, https://chromedevtools.github.io/devtools-protocol/tot/Target/.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { LIMITS } from '../../core/limit.ts';
import { toMs } from '../../core/time.ts';

export type BrowserOptions = {
  readonly path: string;
  /** Besides those it always has. */
  readonly args?: readonly string[];
  /** It is gone, and was not closed. Once. */
  lost(reason: string): void;
};

export type OpenedPage =
  | { readonly ok: true; readonly close: () => void }
  | { readonly ok: false; readonly reason: string };

type Answer = (result: Readonly<Record<string, unknown>> | string) => void;

export class Browser {
  readonly #options: BrowserOptions;
  readonly #profile = mkdtempSync(join(tmpdir(), 'parley-chromium-'));
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Answer>();
  readonly #gone = Promise.withResolvers<void>();
  #nextId = 1;
  #text = '';
  #words = '';
  #over: string | undefined;

  constructor(options: BrowserOptions) {
    this.#options = options;
    // Chromium has no sandbox for root, and does not start with one.
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = [...ARGUMENTS, ...root, `--user-data-dir=${this.#profile}`, ...(options.args ?? [])];
    this.#process = spawn(options.path, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('exit', (code) => this.#end(`it ended with code ${code ?? 'none'}`));
    this.#process.stderr?.on('data', (data: Buffer) => {
      this.#words = `${this.#words}${data}`.slice(-LIMITS.failureCharsMax);
    });
    const answers = this.#process.stdio[4];
    if (answers instanceof Readable) {
      answers.on('data', (data: Buffer) => this.#read(data));
      answers.on('error', () => {});
    }
    // Whoever writes to one that is just dying hears of its end.
    if (this.#commands instanceof Writable) this.#commands.on('error', () => {});
    process.once('exit', this.#kill);
  }

  get #commands(): unknown {
    return this.#process.stdio[3];
  }

  /** Resolves when it has begun to load. */
  async open(url: string): Promise<OpenedPage> {
    const result = await this.#ask('Target.createTarget', { url });
    if (typeof result === 'string') return { ok: false, reason: result };
    const targetId = result['targetId'];
    return { ok: true, close: () => void this.#ask('Target.closeTarget', { targetId }) };
  }

  async close(): Promise<void> {
    if (this.#over === undefined) {
      this.#over = 'it was closed';
      void this.#ask('Browser.close', {});
    }
    const impatience = setTimeout(this.#kill, toMs(LIMITS.dailyLeaveUs));
    await this.#gone.promise;
    clearTimeout(impatience);
  }

  readonly #kill = (): void => {
    this.#process.kill('SIGKILL');
    this.#tidy();
  };

  #ask(method: string, params: unknown): Promise<Readonly<Record<string, unknown>> | string> {
    const commands = this.#commands;
    if (!(commands instanceof Writable) || !commands.writable) {
      return Promise.resolve(this.#over ?? 'it does not listen');
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      commands.write(`${JSON.stringify({ id, method, params })}\0`);
    });
  }

  #read(data: Buffer): void {
    const pieces = `${this.#text}${data}`.split('\0');
    this.#text = pieces.pop() ?? '';
    for (const piece of pieces) {
      const { id, result, error } = JSON.parse(piece) as {
        readonly id?: number;
        readonly result?: Readonly<Record<string, unknown>>;
        readonly error?: { readonly message: string };
      };
      if (id === undefined) continue;
      this.#waiting.get(id)?.(error?.message ?? result ?? {});
      this.#waiting.delete(id);
    }
  }

  #end(reason: string): void {
    process.off('exit', this.#kill);
    const closed = this.#over !== undefined;
    const words = this.#words.replaceAll(/\s+/g, ' ').trim();
    this.#over ??= `${reason}${words === '' ? '' : `: ${words}`}`;
    for (const answer of this.#waiting.values()) answer(this.#over);
    this.#waiting.clear();
    this.#tidy();
    this.#gone.resolve();
    if (!closed) this.#options.lost(this.#over);
  }

  #tidy(): void {
    // Its last children may still write to it for a moment.
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** Pages that nobody sees must not be slowed down, and nothing must be fetched that no page asks for. */
const ARGUMENTS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-startup-window',
  '--mute-audio',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-gpu',
  '--disable-sync',
];
