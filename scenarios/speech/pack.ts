// The committed speech pack on disk: `pack.json` says what was recorded and how, `pack.bin` holds the
// samples. It promises the samples that were recorded (each clip's hash is checked when it is first
// used) and unpacks a clip only then. It refuses a pack of another schema or size.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '#agent/core/assert.ts';
import { type Clip, type ClipWord, SpeechTable } from '#sim/caller/speech-table.ts';
import { hashOfSamples, unpack } from './codec.ts';
import { readSounds } from './sound-pack.ts';
import { layHiss } from './take.ts';

export const PACK_SCHEMA = 'parley-speech/1';
export const PACK_FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** One recording as described in `pack.json`. */
export type ClipEntry = {
  readonly id: string;
  readonly voice: string;
  readonly text: string;
  readonly samples: number;
  readonly speechStartUs: number;
  readonly speechEndUs: number;
  /** Seed of the hiss under the speech, see `take.ts`. */
  readonly hiss: number;
  /** Bytes in `pack.bin`, in the order of the entries. */
  readonly bytes: number;
  /** sha256 of the samples, s16le. */
  readonly sha256: string;
  readonly command: string;
  readonly words: readonly ClipWord[];
  readonly scores: readonly number[];
};

export type PackDescription = {
  readonly schema: string;
  readonly synthesizer: string;
  readonly ambient: ClipEntry;
  readonly clips: readonly ClipEntry[];
};

/** The recorded callers. Throws an Error that says what to do when the pack is missing or damaged. */
export function readSpeech(folder: string = PACK_FOLDER): SpeechTable {
  const { description, packed } = readPack(folder);
  let offset = 0;
  const open = (entry: ClipEntry): Clip => {
    const bytes = packed.subarray(offset, offset + entry.bytes);
    offset += entry.bytes;
    return new PackedClip(entry, bytes);
  };
  const ambient = open(description.ambient);
  const clips = description.clips.map(open);
  if (offset !== packed.length)
    throw new Error(`${folder}/pack.bin does not belong to pack.json: npm run speech`);
  return new SpeechTable(ambient, clips, readSounds());
}

export function readPack(folder: string): { readonly description: PackDescription; readonly packed: Buffer } {
  if (!existsSync(`${folder}/pack.json`)) throw new Error(`${folder}/pack.json is missing: npm run speech`);
  const description: PackDescription = JSON.parse(readFileSync(`${folder}/pack.json`, 'utf8'));
  if (description.schema !== PACK_SCHEMA) {
    throw new Error(
      `${folder}/pack.json has schema ${description.schema}, not ${PACK_SCHEMA}: npm run speech`,
    );
  }
  return { description, packed: readFileSync(`${folder}/pack.bin`) };
}

/** A clip whose samples are unpacked, and checked, when they are first asked for. */
class PackedClip implements Clip {
  readonly id: string;
  readonly voice: string;
  readonly text: string;
  readonly words: readonly ClipWord[];
  readonly scores: readonly number[];
  readonly speechStartUs: number;
  readonly speechEndUs: number;
  readonly #entry: ClipEntry;
  readonly #packed: Uint8Array;
  #pcm: Int16Array | undefined;

  constructor(entry: ClipEntry, packed: Uint8Array) {
    this.id = entry.id;
    this.voice = entry.voice;
    this.text = entry.text;
    this.words = entry.words;
    this.scores = entry.scores;
    this.speechStartUs = entry.speechStartUs;
    this.speechEndUs = entry.speechEndUs;
    this.#entry = entry;
    this.#packed = packed;
  }

  get pcm(): Int16Array {
    this.#pcm ??= this.#unpack();
    return this.#pcm;
  }

  #unpack(): Int16Array {
    const pcm = layHiss(unpack(this.#packed, this.#entry.samples), this.#entry.hiss);
    assert(
      hashOfSamples(pcm) === this.#entry.sha256,
      `clip ${this.id} is not what was recorded: npm run speech`,
    );
    return pcm;
  }
}
