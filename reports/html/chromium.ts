// Finds a Chromium to open pages with in tests: a path the user gives, one that is installed, or one in
// Playwright's cache. Where there is none it says how to get one; it never skips.
import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export type Found =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly todo: string };

export type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];

const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Inside a `chromium-<revision>` folder of Playwright's cache, per system. */
const CACHED = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-win64/chrome.exe',
  'chrome-win/chrome.exe',
];

const ADVICE =
  'no Chromium was found: run "npx playwright-core install chromium", or as root on Debian ' +
  '"apt-get install -y chromium", or set CHROMIUM_PATH to a Chrome or Chromium';

export function findChromium(env: Environment = process.env): Found {
  const given = env['CHROMIUM_PATH'];
  if (given !== undefined && given !== '') {
    return isProgram(given)
      ? { ok: true, path: given }
      : { ok: false, todo: `CHROMIUM_PATH (${given}) is no program; ${ADVICE}` };
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const onPath = folders.flatMap((folder) =>
    NAMES.flatMap((name) => [join(folder, name), join(folder, `${name}.exe`)]),
  );
  const path = [...onPath, ...INSTALLED, ...cached(env)].find(isProgram);
  return path === undefined ? { ok: false, todo: ADVICE } : { ok: true, path };
}

/** The newest first. */
function cached(env: Environment): readonly string[] {
  const home = env['HOME'] ?? homedir();
  const roots = [
    env['PLAYWRIGHT_BROWSERS_PATH'],
    join(home, '.cache', 'ms-playwright'),
    join(home, 'Library', 'Caches', 'ms-playwright'),
    join(env['LOCALAPPDATA'] ?? home, 'ms-playwright'),
  ];
  return roots.flatMap((root) => {
    if (root === undefined) return [];
    const revisions = foldersOf(root)
      .filter((name) => /^chromium-\d+$/.test(name))
      .sort((one, other) => Number(other.slice(9)) - Number(one.slice(9)));
    return revisions.flatMap((revision) => CACHED.map((program) => join(root, revision, program)));
  });
}

function foldersOf(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
