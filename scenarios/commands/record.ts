// `npm run record`: real latencies of the configured providers, sample by sample, as a profile file that
// every other verb takes with `--providers FILE`. It is bounded in samples and in time, shows how far it is,
// and writes what it has even when a provider fails on the way.
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RealClock } from '#sim/loopback/clock.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { configured } from '../check/configured.ts';
import { profileOf, SAMPLES_MIN } from '../check/recording.ts';
import { sampleEntrant } from '../check/sampling.ts';
import { formatError, type UserError } from '../error.ts';
import { clipOf, refuse } from './check.ts';

export type RecordOptions = {
  readonly samples: number;
  readonly out: string;
  /** Nothing is begun after so long. */
  readonly seconds: number;
};

export async function run({ samples, out, seconds }: RecordOptions): Promise<number> {
  const found = configured(({ place }) => place === 'first');
  if (!found.ok) return refuse(found.errors);
  const published = loadProfile('published');
  if (!published.ok) throw new Error(published.reason);
  // What cannot be written is found before anybody is asked for anything.
  const blocked = attempt(out, () => accessSync(dirname(out), constants.W_OK));
  if (blocked !== undefined) return refuse([blocked]);
  const clock = new RealClock({ exact: false });
  const bench = { clock, clip: clipOf(), depth: 'full' } as const;
  const untilUs = clock.now() + seconds * 1_000_000;
  const entrants = found.entrants.filter(({ keyless }) => !keyless);
  const show = new Progress(samples);
  const sampled = await Promise.all(
    entrants.map((entrant) =>
      sampleEntrant(entrant, {
        bench,
        samples,
        untilUs,
        progress: (done, failed) => show.tell(entrant.stage, done, failed),
      }),
    ),
  );
  clock.close();
  show.end();
  const date = new Date(Date.now()).toISOString().slice(0, 10);
  const profile = profileOf(
    sampled.map(({ taken }) => taken),
    published.profile.stages,
    date,
  );
  const measured = Object.values(profile.stages).filter(({ n }) => n !== undefined).length;
  const usd = sampled.reduce((sum, one) => sum + (one.usd ?? 0), 0);
  for (const { error } of sampled) if (error !== undefined) process.stderr.write(`${formatError(error)}\n`);
  if (measured === 0) return refuse([tooFew(out)]);
  const failure = attempt(out, () => writeFileSync(out, `${JSON.stringify(profile, null, 2)}\n`));
  if (failure !== undefined) return refuse([failure]);
  const all = Object.keys(profile.stages).length;
  const stages = `${measured} of ${all} stages measured, the rest as published`;
  process.stdout.write(
    `${out}: ${stages}; this cost $${usd.toFixed(4)} as far as prices are known\n` +
      `play it: npm run scenario multi-turn -- --providers ${out}\n`,
  );
  return sampled.every(({ error }) => error === undefined) ? 0 : 3;
}

/** One line that is written over and over on a terminal, and a few lines elsewhere. */
class Progress {
  readonly #samples: number;
  readonly #counts = new Map<string, string>();
  readonly #done = new Map<string, number>();
  readonly #isTerminal = process.stderr.isTTY === true;
  #told = 0;

  constructor(samples: number) {
    this.#samples = samples;
  }

  tell(stage: string, done: number, failed: number): void {
    this.#counts.set(stage, `${done}/${this.#samples}${failed === 0 ? '' : ` (${failed} failed)`}`);
    this.#done.set(stage, done);
    const line = [...this.#counts].map(([name, count]) => `${name} ${count}`).join('   ');
    if (this.#isTerminal) process.stderr.write(`\r\u001b[K${line}`);
    else if (this.#slowest() * TOLD_MAX >= this.#samples * (this.#told + 1)) {
      this.#told = Math.floor((this.#slowest() * TOLD_MAX) / this.#samples);
      process.stderr.write(`${line}\n`);
    }
  }

  #slowest(): number {
    return Math.min(...this.#done.values());
  }

  end(): void {
    if (this.#isTerminal) process.stderr.write('\n');
  }
}

const TOLD_MAX = 10;

const tooFew = (out: string): UserError => ({
  what: `nothing was recorded: fewer than ${SAMPLES_MIN} samples of every stage`,
  where: out,
  todo: 'find out why with npm run check, or give it more --seconds and --samples',
  exit: 3,
});

function attempt(out: string, run: () => void): UserError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const todo = 'give a file in a folder that exists and can be written: --out FILE';
    return { what: `the profile cannot be written: ${reason}`, where: `--out ${out}`, todo, exit: 2 };
  }
}
