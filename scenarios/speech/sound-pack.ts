// The committed sounds on disk: `sound.json` says how each was made, `sound.bin` holds the samples. Both
// are read when the first sound is asked for, which most calls never do. It promises the samples that
// were made, checked by their hash, and refuses a pack of another schema.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '#agent/core/assert.ts';
import type { Sound, SoundShelf } from '#sim/caller/sound.ts';
import { hashOfSamples, unpack } from './codec.ts';
import { COARSE_STEP } from './take.ts';

export const SOUND_SCHEMA = 'parley-sound/1';
export const SOUND_FILE = fileURLToPath(new URL('./sound', import.meta.url));

export type SoundEntry = {
  readonly name: string;
  readonly loops: boolean;
  readonly samples: number;
  /** In `sound.bin`, in the order of the entries. */
  readonly bytes: number;
  /** sha256 of the samples, s16le. */
  readonly sha256: string;
  readonly commands: readonly string[];
};

export type SoundDescription = { readonly schema: string; readonly sounds: readonly SoundEntry[] };

/** The shelf of the committed sounds. Throws, when the first is asked for, if the pack is damaged. */
export function readSounds(file: string = SOUND_FILE): SoundShelf {
  let open: ReadonlyMap<string, () => Sound> | undefined;
  const shelf = () => {
    open ??= openPack(file);
    return open;
  };
  return {
    find: (name) => shelf().get(name)?.(),
    get names() {
      return [...shelf().keys()];
    },
  };
}

function openPack(file: string): ReadonlyMap<string, () => Sound> {
  const description: SoundDescription = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
  if (description.schema !== SOUND_SCHEMA) {
    throw new Error(`${file}.json has schema ${description.schema}, not ${SOUND_SCHEMA}: npm run speech`);
  }
  const packed = readFileSync(`${file}.bin`);
  let offset = 0;
  const sounds = new Map<string, () => Sound>();
  for (const entry of description.sounds) {
    const bytes = packed.subarray(offset, offset + entry.bytes);
    offset += entry.bytes;
    let sound: Sound | undefined;
    sounds.set(entry.name, () => {
      sound ??= opened(entry, bytes);
      return sound;
    });
  }
  return sounds;
}

function opened({ name, loops, samples, sha256 }: SoundEntry, bytes: Uint8Array): Sound {
  const pcm = unpack(bytes, samples).map((sample) => sample * COARSE_STEP);
  assert(hashOfSamples(pcm) === sha256, `sound ${name} is not what was made: npm run speech`);
  return { name, loops, pcm };
}
