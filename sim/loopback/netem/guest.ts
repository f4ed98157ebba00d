// A small Linux of our own for machines whose kernel has no netem or whose user has no rights: Debian's
// user-mode-linux, an ordinary process. It sees this machine's files read-only and writes to one folder
// made for it, runs one program, and ends. It needs no network, no root and no image; it is killed when
// it takes too long or when this process ends, and its folder is removed.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Missing } from './capability.ts';
import { attempt } from './capability.ts';
import { bootWords, initScript, moduleFiles } from './guest-boot.ts';
import { ANSWER_FILE, CONSOLE_MARK, type GuestAnswer, type GuestJob, JOB_FILE } from './guest-job.ts';
import { isLeftOver, ownerOf, PREFIX } from './owner.ts';
import { onEveryWayOut } from './way-out.ts';

export const GUEST_KERNEL = 'linux.uml';
const MODULE_ROOT = '/usr/lib/uml/modules';
const MAIN = fileURLToPath(new URL('./guest-main.ts', import.meta.url));
const FOLDER_WORD = 'guest-';

export type GuestResult =
  | { readonly ok: true; readonly answer: GuestAnswer; readonly bootSeconds: number }
  | { readonly ok: false; readonly missing: readonly Missing[] }
  | { readonly ok: false; readonly missing?: undefined; readonly reason: string };

/** What this machine needs to run a guest; empty when nothing is missing. */
export function guestMissing(): Missing[] {
  const version = attempt([GUEST_KERNEL, '--version']).stdout.trim();
  const todo = 'apt-get install -y user-mode-linux (Debian; x86 only)';
  if (version === '') return [{ what: `the program "${GUEST_KERNEL}"`, todo }];
  if (moduleFiles(MODULE_ROOT, version).ok) return [];
  return [{ what: `the guest kernel's modules in ${MODULE_ROOT}/${version}`, todo }];
}

/** Boots a guest, lets it measure, and takes it down. `tell` gets its lines for people as they come. */
export async function measureInGuest(
  job: GuestJob,
  options: { readonly secondsMax: number; readonly tell: (line: string) => void },
): Promise<GuestResult> {
  removeGuestLeftOvers();
  const missing = guestMissing();
  if (missing.length > 0) return { ok: false, missing };
  const modules = moduleFiles(MODULE_ROOT, attempt([GUEST_KERNEL, '--version']).stdout.trim());
  if (!modules.ok) return { ok: false, reason: modules.reason };
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${ownerOf()}-${FOLDER_WORD}`));
  let guest: ChildProcess | undefined;
  const release = onEveryWayOut(() => {
    if (guest?.pid !== undefined) killGroup(guest.pid);
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    writeFileSync(join(folder, JOB_FILE), JSON.stringify(job));
    const command = [process.execPath, MAIN, folder];
    const init = join(folder, 'init');
    writeFileSync(init, initScript({ folder, modules: modules.files, command, ...options }));
    chmodSync(init, 0o755);
    const started = performance.now();
    // A group of its own, so that a Ctrl-C meets us first and all of its processes can be ended at once.
    guest = spawn(GUEST_KERNEL, bootWords(folder, init), {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = await consoleOf(guest, options);
    return answerOf(folder, output, started);
  } finally {
    release();
  }
}

type Console = { readonly text: string; readonly readyAt: number; readonly timedOut: boolean };

const BOOT_SECONDS_MAX = 60;

function consoleOf(
  guest: ChildProcess,
  { secondsMax, tell }: { readonly secondsMax: number; readonly tell: (line: string) => void },
): Promise<Console> {
  return new Promise((resolve) => {
    let text = '';
    let rest = '';
    let readyAt = 0;
    let timedOut = false;
    const read = (data: Buffer): void => {
      if (readyAt === 0 && data.includes(CONSOLE_MARK)) readyAt = performance.now();
      text = (text + data.toString()).slice(-CONSOLE_CHARS_KEPT);
      const lines = (rest + data.toString()).split(/\r?\n/);
      rest = (lines.pop() ?? '').slice(-CONSOLE_CHARS_KEPT);
      for (const line of lines) if (line.startsWith(CONSOLE_MARK)) tell(line.slice(CONSOLE_MARK.length));
    };
    guest.stdout?.on('data', read);
    guest.stderr?.on('data', read);
    const timer = setTimeout(
      () => {
        timedOut = true;
        if (guest.pid !== undefined) killGroup(guest.pid);
      },
      (BOOT_SECONDS_MAX + secondsMax) * 1_000,
    );
    const end = (): void => {
      clearTimeout(timer);
      resolve({ text, readyAt, timedOut });
    };
    guest.on('error', end);
    guest.on('close', end);
  });
}

const CONSOLE_CHARS_KEPT = 4_000;

function answerOf(folder: string, { text, readyAt, timedOut }: Console, started: number): GuestResult {
  const said = text.trim().split(/\r?\n/).slice(-3).join(' | ');
  if (timedOut) return { ok: false, reason: `the guest took too long and was ended; it said: ${said}` };
  try {
    const answer = JSON.parse(readFileSync(join(folder, ANSWER_FILE), 'utf8')) as GuestAnswer;
    return { ok: true, answer, bootSeconds: (readyAt - started) / 1_000 };
  } catch {
    return { ok: false, reason: `the guest ended without an answer; it said: ${said}` };
  }
}

/** Guests whose host process was killed: ends them and removes their folders. */
export function removeGuestLeftOvers(): readonly string[] {
  const names = readdirSync(tmpdir()).filter((name) => isLeftOver(name) && name.includes(`-${FOLDER_WORD}`));
  for (const name of names) {
    const folder = join(tmpdir(), name);
    for (const pid of processesOf(folder)) killGroup(pid);
    rmSync(folder, { recursive: true, force: true });
  }
  return names;
}

/** Guests have their folder on their command line. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const [program = '', ...words] = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      const ours = program.endsWith(GUEST_KERNEL) && words.includes(`uml_dir=${folder}`);
      return ours ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

/** A guest's leader or one of its processes; gone is gone. */
function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}
