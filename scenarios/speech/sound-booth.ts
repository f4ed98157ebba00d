// Makes the sounds of `sound-recipe.ts`. It promises samples that loop without a seam where they are to
// loop, packed as speech is; it refuses with the command that failed, or that is not installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOfSamples, pack } from './codec.ts';
import type { SoundEntry } from './sound-pack.ts';
import { FADE_SECONDS, LOOP_SECONDS, type Recipe } from './sound-recipe.ts';
import { COARSE_STEP } from './take.ts';
import { samplesOfWav } from './wav.ts';

const RATE = 16_000;

export function makeSound(recipe: Recipe): { readonly entry: SoundEntry; readonly packed: Buffer } {
  const raw = cook(recipe);
  const pcm = recipe.loops ? looped(raw) : raw;
  const coarse = pcm.map((sample) => Math.round(sample / COARSE_STEP));
  const packed = pack(coarse);
  const sha256 = hashOfSamples(coarse.map((sample) => sample * COARSE_STEP));
  const { name, loops, commands } = recipe;
  const printed = commands.map((words) => words.join(' '));
  return {
    entry: { name, loops, samples: pcm.length, bytes: packed.length, sha256, commands: printed },
    packed,
  };
}

function cook({ name, commands }: Recipe): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), 'parley-sound-'));
  try {
    for (const [program = '', ...words] of commands) {
      const result = spawnSync(program, words, { cwd: folder, encoding: 'utf8' });
      if (result.error !== undefined) throw new Error(`sound ${name}: ${program} is not installed`);
      if (result.status !== 0)
        throw new Error(`sound ${name}: ${program} ${words.join(' ')}: ${result.stderr}`);
    }
    return samplesOfWav(readFileSync(join(folder, 'out.wav')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What lies behind the loop's end fades out over its begin. */
function looped(raw: Int16Array): Int16Array {
  const fade = FADE_SECONDS * RATE;
  const length = Math.min(LOOP_SECONDS * RATE, raw.length - fade);
  return raw.slice(0, length).map((sample, at) => {
    if (at >= fade) return sample;
    const share = at / fade;
    return Math.round(sample * share + (raw[length + at] ?? 0) * (1 - share));
  });
}
