// Finds the Chromium that takes the agent into rooms: the one that a setting names, or one that is installed.
// Where there is none it says how to get one.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type FoundChromium =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string; readonly todo: string };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const FOLDERS = [
  '/usr/bin',
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
];

/** `given`: a setting, '' for none; `path`: the PATH of the environment. */
export function findChromium(given: string, path: string): FoundChromium {
  const todo = `${given === '' ? 'set' : 'correct'} CHROMIUM_PATH, or install one: apt-get install chromium`;
  if (given !== '') {
    if (isProgram(given)) return { ok: true, path: given };
    return { ok: false, reason: 'CHROMIUM_PATH is no program', todo };
  }
  const folders = [...path.split(delimiter).filter(Boolean), ...FOLDERS];
  const names = [...NAMES, 'Chromium', 'Google Chrome', 'chrome.exe'];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
  return found === undefined
    ? { ok: false, reason: 'no Chromium was found, which takes the agent into Daily’s rooms', todo }
    : { ok: true, path: found };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // The only thing that `access` has to say.
    return false;
  }
}
