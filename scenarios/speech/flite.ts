// Speech from flite, the free synthesizer of Carnegie Mellon University (Debian package `flite`). It
// promises 16 kHz mono samples and the time of every word as written; the same text gives the same
// samples. It refuses voices of another rate and text that flite does not pronounce.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alignTokens, type Phone } from './alignment.ts';
import type { SpokenWord } from './take.ts';
import { samplesOfWav } from './wav.ts';

export type Reading = {
  readonly pcm: Int16Array;
  readonly words: readonly SpokenWord[];
  readonly command: string;
};

/** The synthesizer's version, or undefined where it is not installed. */
export function fliteVersion(): string | undefined {
  const result = spawnSync('flite', ['--version'], { encoding: 'utf8' });
  if (result.error !== undefined) return undefined;
  return /flite-[\w.-]+/.exec(result.stdout)?.[0] ?? 'flite of unknown version';
}

/** Reads `text` aloud. Throws an Error that names voice and text when flite cannot. */
export function readAloud(voice: string, text: string): Reading {
  const folder = mkdtempSync(join(tmpdir(), 'parley-speech-'));
  try {
    const file = join(folder, 'clip.wav');
    const said = hummed.get(text);
    const asked = said === undefined ? ['-t', text] : ['-p', said];
    const phones = phonesOf(flite(['-voice', voice, ...asked, '-o', file, '-psdur']));
    const sounding = phones.filter(({ name }) => name !== PAUSE);
    const tokens = text.split(/\s+/).filter((token) => token !== '');
    const alone = said === undefined ? tokens.map((token) => pronounce(voice, token)) : [said.split(' ')];
    const spans = alignTokens(
      sounding.map(({ name }) => name),
      alone,
    );
    const words = spans.map(({ first, last }, index) => ({
      text: tokens[index] ?? '',
      startMs: sounding[first]?.startMs ?? 0,
      endMs: sounding[last]?.endMs ?? 0,
    }));
    const [option, spoken] = asked;
    const command = `flite -voice ${voice} ${option} ${JSON.stringify(spoken)} -o clip.wav -psdur`;
    return { pcm: samplesOfWav(readFileSync(file)), words, command };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is hummed and not spoken, as the phones that it is: flite would spell it. */
const hummed: ReadonlyMap<string, string> = new Map([['Mm-hm.', 'pau m m hh m m pau']]);

const PAUSE = 'pau';

function flite(words: readonly string[]): string {
  const result = spawnSync('flite', words, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`flite ${words.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** The phones of one token alone, without pauses. */
function pronounce(voice: string, token: string): string[] {
  const phones = flite(['-voice', voice, '-t', token, '-o', 'none', '-ps']).trim().split(/\s+/);
  return phones.filter((name) => name !== PAUSE);
}

/** `-psdur` prints `name:end` per phone, ends in seconds. */
function phonesOf(text: string): Phone[] {
  let startMs = 0;
  return text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [name = '', end = ''] = pair.split(':');
      const endMs = Math.round(Number(end) * 1_000);
      if (!Number.isFinite(endMs)) throw new Error(`flite printed "${pair}", not a phone and its end`);
      const phone = { name, startMs, endMs };
      startMs = endMs;
      return phone;
    });
}
