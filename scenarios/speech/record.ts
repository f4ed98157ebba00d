// `npm run speech`: reads aloud with flite what the callers of the library's scenarios say, and writes
// the committed pack. It promises the same pack for the same lines and keeps every recording that is
// already there, unless `--all` is given; it refuses to record without flite (exit 3). Nobody needs it
// to run scenarios. Arguments are scenario files of one's own, whose lines are recorded as well. `--sounds`
// makes the sounds of `sound-recipe.ts` instead, which wants sox and espeak-ng besides; `--replies` what the
// emulated agent says on the talk page.
import { writeFileSync } from 'node:fs';
import { SileroModel } from '#agent/io/silero/silero.ts';
import { formatError, type UserError } from '../error.ts';
import { readScenario, scenarioNames } from '../library/index.ts';
import { keyOf, type Line, linesOf } from '../library/recording.ts';
import { Booth, type Recording } from './booth.ts';
import { unpack } from './codec.ts';
import { fliteVersion } from './flite.ts';
import { PACK_FOLDER, PACK_SCHEMA, type PackDescription, readPack } from './pack.ts';
import { printDescription } from './printing.ts';
import { printReplies, recordReplies } from './reply-booth.ts';
import { REPLY_FILE } from './reply-pack.ts';
import { makeSound } from './sound-booth.ts';
import { SOUND_FILE, SOUND_SCHEMA } from './sound-pack.ts';
import { RECIPES } from './sound-recipe.ts';
import { layHiss } from './take.ts';

await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  if (words.includes('--sounds')) return makeSounds();
  if (words.includes('--replies')) return makeReplies();
  const lines = await readLines([...scenarioNames(), ...words.filter((word) => !word.startsWith('--'))]);
  if (!lines.ok) return refuse(lines.error);
  const synthesizer = fliteVersion();
  const kept = words.includes('--all') ? undefined : keptRecordings(synthesizer);
  const missing = lines.lines.find((line) => kept?.recordings.get(keyOf(line)) === undefined);
  if (synthesizer === undefined && missing !== undefined) return refuse(noFlite(missing));
  const booth = new Booth(await SileroModel.load());
  const ambient = await booth.ambient();
  const clips: Recording[] = [];
  let made = 0;
  for (const line of lines.lines) {
    const before = kept?.recordings.get(keyOf(line));
    if (before !== undefined && booth.claim(samplesOf(before))) clips.push(before);
    else {
      clips.push(await booth.record(line));
      made++;
    }
  }
  const description = {
    schema: PACK_SCHEMA,
    synthesizer: synthesizer ?? kept?.synthesizer ?? '',
    ambient: ambient.entry,
    clips: clips.map(({ entry }) => entry),
  };
  const packed = Buffer.concat([ambient, ...clips].map(({ packed }) => packed));
  writeFileSync(`${PACK_FOLDER}/pack.json`, printDescription(description));
  writeFileSync(`${PACK_FOLDER}/pack.bin`, packed);
  const raw = description.clips.reduce((sum, { samples }) => sum + 2 * samples, 0);
  console.log(`${made} of ${clips.length} clips recorded; ${packed.length} bytes for ${raw} of samples`);
}

function makeSounds(): void {
  const made = RECIPES.map(makeSound);
  const description = { schema: SOUND_SCHEMA, sounds: made.map(({ entry }) => entry) };
  const packed = Buffer.concat(made.map(({ packed: bytes }) => bytes));
  writeFileSync(`${SOUND_FILE}.json`, `${JSON.stringify(description, undefined, 2)}\n`);
  writeFileSync(`${SOUND_FILE}.bin`, packed);
  console.log(`${made.length} sounds made; ${packed.length} bytes`);
}

async function makeReplies(): Promise<void> {
  const synthesizer = fliteVersion();
  if (synthesizer === undefined) return refuse(noFlite({ voice: 'slt', text: 'the replies' }));
  const { description, packed } = await recordReplies(synthesizer);
  writeFileSync(`${REPLY_FILE}.json`, printReplies(description));
  writeFileSync(`${REPLY_FILE}.bin`, packed);
  console.log(`${description.replies.length} replies recorded; ${packed.length} bytes`);
}

function refuse(error: UserError): void {
  console.error(formatError(error));
  process.exitCode = error.exit;
}

const noFlite = ({ voice, text }: Line): UserError => ({
  what: 'flite is not installed, and there is a line to record',
  where: `voice ${voice}: ${JSON.stringify(text)}`,
  todo: 'apt-get install flite (Debian, Ubuntu), brew install flite (macOS)',
  exit: 3,
});

type Lines =
  | { readonly ok: true; readonly lines: readonly Line[] }
  | { readonly ok: false; readonly error: UserError };

/** What the callers of all these scenarios say, each line once. */
async function readLines(scenarios: readonly string[]): Promise<Lines> {
  const lines = new Map<string, Line>();
  for (const name of scenarios) {
    const read = await readScenario(name);
    if (!read.ok) return read;
    for (const { voice, text } of linesOf(read.scenario)) lines.set(keyOf({ voice, text }), { voice, text });
  }
  return { ok: true, lines: [...lines.values()] };
}

type Kept = { readonly synthesizer: string; readonly recordings: ReadonlyMap<string, Recording> };

/** What the present pack holds; nothing if there is none or flite has changed. */
function keptRecordings(synthesizer: string | undefined): Kept | undefined {
  let present: { readonly description: PackDescription; readonly packed: Buffer };
  try {
    present = readPack(PACK_FOLDER);
  } catch {
    // No pack, or one of another schema: everything is recorded anew.
    return undefined;
  }
  const { description, packed } = present;
  if (synthesizer !== undefined && description.synthesizer !== synthesizer) return undefined;
  const recordings = new Map<string, Recording>();
  let offset = description.ambient.bytes;
  for (const entry of description.clips) {
    recordings.set(keyOf(entry), { entry, packed: packed.subarray(offset, offset + entry.bytes) });
    offset += entry.bytes;
  }
  return { synthesizer: description.synthesizer, recordings };
}

function samplesOf({ entry, packed }: Recording): Int16Array {
  return layHiss(unpack(packed, entry.samples), entry.hiss);
}
