// Shows a file in the reader's own browser. A machine without one is no failure of what was played: the
// path is said instead.
import { spawn } from 'node:child_process';

type Opener = { readonly program: string; readonly words: readonly string[] };

/** What opens a file on a system. */
export function openerOf(platform: NodeJS.Platform, path: string): Opener {
  if (platform === 'darwin') return { program: 'open', words: [path] };
  // `start` takes a first word in quotes for the window's title.
  if (platform === 'win32') return { program: 'cmd', words: ['/c', 'start', '""', path] };
  return { program: 'xdg-open', words: [path] };
}

/** Does not wait for the browser; `whenNone` is told when there is nothing to open it with. */
export function openFile(path: string, whenNone: (program: string) => void): void {
  const { program, words } = openerOf(process.platform, path);
  const child = spawn(program, words, { stdio: 'ignore', detached: true });
  child.on('error', () => whenNone(program));
  child.unref();
}
