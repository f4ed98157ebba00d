// `npm run speech`: reads the lines of `lines.json` aloud with flite and writes the committed pack. It
// promises the same pack for the same lines and keeps every recording that is already there, unless
// `--all` is given; it refuses to run without flite (exit 3). Nobody needs it to run scenarios.
import { readFileSync, writeFileSync } from 'node:fs';
import { SileroModel } from '#agent/io/silero/silero.ts';
import { Booth, type Line, type Recording } from './booth.ts';
import { unpack } from './codec.ts';
import { fliteVersion } from './flite.ts';
import { PACK_FOLDER, PACK_SCHEMA, type PackDescription, readPack } from './pack.ts';
import { printDescription } from './printing.ts';
import { layHiss } from './take.ts';

await main();

async function main(): Promise<void> {
  const synthesizer = fliteVersion();
  if (synthesizer === undefined) {
    console.error(
      'flite is not installed: apt-get install flite (Debian, Ubuntu), brew install flite (macOS)',
    );
    process.exitCode = 3;
    return;
  }
  const lines = readLines(`${PACK_FOLDER}/lines.json`);
  const kept = process.argv.includes('--all') ? new Map<string, Recording>() : keptRecordings(synthesizer);
  const booth = new Booth(await SileroModel.load());
  const ambient = await booth.ambient();
  const clips: Recording[] = [];
  let made = 0;
  for (const line of lines) {
    const before = kept.get(`${line.voice}\n${line.text}`);
    if (before !== undefined && booth.claim(samplesOf(before))) clips.push(before);
    else {
      clips.push(await booth.record(line));
      made++;
    }
  }
  const description = {
    schema: PACK_SCHEMA,
    synthesizer,
    ambient: ambient.entry,
    clips: clips.map(({ entry }) => entry),
  };
  const packed = Buffer.concat([ambient, ...clips].map(({ packed }) => packed));
  writeFileSync(`${PACK_FOLDER}/pack.json`, printDescription(description));
  writeFileSync(`${PACK_FOLDER}/pack.bin`, packed);
  const raw = description.clips.reduce((sum, { samples }) => sum + 2 * samples, 0);
  console.log(`${made} of ${clips.length} clips recorded; ${packed.length} bytes for ${raw} of samples`);
}

/** Voice to lines, as data; later also the lines that scenario files ask for. */
function readLines(path: string): Line[] {
  const voices: Record<string, string[]> = JSON.parse(readFileSync(path, 'utf8'));
  const lines = Object.entries(voices).flatMap(([voice, texts]) => texts.map((text) => ({ voice, text })));
  return [...new Map(lines.map((line) => [`${line.voice}\n${line.text}`, line])).values()];
}

/** What the present pack holds, by voice and text; nothing if there is none or flite changed. */
function keptRecordings(synthesizer: string): Map<string, Recording> {
  const kept = new Map<string, Recording>();
  let present: { readonly description: PackDescription; readonly packed: Buffer };
  try {
    present = readPack(PACK_FOLDER);
  } catch {
    // No pack, or one of another schema: everything is recorded anew.
    return kept;
  }
  if (present.description.synthesizer !== synthesizer) return kept;
  let offset = present.description.ambient.bytes;
  for (const entry of present.description.clips) {
    const packed = present.packed.subarray(offset, offset + entry.bytes);
    offset += entry.bytes;
    kept.set(`${entry.voice}\n${entry.text}`, { entry, packed });
  }
  return kept;
}

function samplesOf({ entry, packed }: Recording): Int16Array {
  return layHiss(unpack(packed, entry.samples), entry.hiss);
}
