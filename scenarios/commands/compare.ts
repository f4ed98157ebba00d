// `npm run compare`: the same conversations over every transport and network, and what came of it as one
// page, JSON, Markdown and CSV. Results on stdout, progress and errors on stderr.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompareResult, compareSchema, type SourceNote } from '#reports/compare/compare-result.ts';
import { compareCsv } from '#reports/compare/csv.ts';
import { deadNetworks } from '#reports/compare/hold.ts';
import { compareMarkdown } from '#reports/compare/markdown.ts';
import { compareTerminal } from '#reports/compare/terminal.ts';
import { bundlePage } from '#reports/html/bundle.ts';
import { comparePage } from '#reports/html/compare-page.ts';
import { Progress } from '#reports/progress.ts';
import { loadProfile, playedStages } from '#sim/providers/profile.ts';
import { assemble } from '../compare/assemble.ts';
import { listen } from '../compare/listen.ts';
import { describeNetwork } from '../compare/network.ts';
import { type RawCompare, readPlan } from '../compare/option.ts';
import type { ComparePlan } from '../compare/plan.ts';
import { conversationsOf, sweep } from '../compare/sweep.ts';
import { variantsOf } from '../compare/variant.ts';
import { formatError, type UserError } from '../error.ts';

/**
 * Returns the exit code: 0 played, 1 a network on which no call can be held with any transport, or a
 * conversation that crashed, 2 bad usage or input.
 */
export async function run(names: readonly string[], raw: RawCompare): Promise<number> {
  const read = await readPlan(names, raw);
  if (!read.ok) return refuse(read.error);
  const { plan } = read;
  const { played, tried } = await sweep(plan, teller(plan));
  const networks = plan.networks.flatMap((name) => {
    const described = describeNetwork(name);
    return described.ok ? [described.network] : [];
  });
  const notes = { networks, sources: sourcesOf(plan.providers), variants: variantsOf(plan, played, tried) };
  const silent = assemble(plan, played, notes);
  const audio = await listen(plan, silent, played);
  const result = compareSchema.parse(audio.length === 0 ? silent : { ...silent, audio });
  const files = await writeAll(raw.out, result);
  if (!files.ok) return refuse(files.error);
  process.stdout.write(
    raw.json ? `${JSON.stringify(result, null, 2)}\n` : compareTerminal(result, files.files),
  );
  const crash = [...played.map(({ runs }) => runs), ...tried.values()]
    .flat()
    .find(({ end }) => end === 'crashed');
  if (crash !== undefined) {
    process.stderr.write(`the conversation with seed ${crash.seed} crashed: ${crash.detail}\n`);
    return 1;
  }
  return deadNetworks(result).length === 0 ? 0 : 1;
}

/** Tells how many conversations are done, at what rate, and how long the rest takes. */
function teller(plan: ComparePlan): (done: number, total: number) => void {
  const startedMs = performance.now();
  const total = conversationsOf(plan);
  const progress = new Progress({ total, tty: process.stderr.isTTY === true, noun: 'conversations' });
  return (done) => {
    process.stderr.write(progress.update(done, (performance.now() - startedMs) / 1_000));
    if (done === total) process.stderr.write(progress.end());
  };
}

function sourcesOf(providers: string): readonly SourceNote[] {
  const loaded = loadProfile(providers);
  if (!loaded.ok) return [];
  return Object.entries(playedStages(loaded.profile)).map(([what, { source, date, status }]) => ({
    what,
    source,
    date,
    status,
  }));
}

type Written =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly error: UserError };

async function writeAll(out: string, result: CompareResult): Promise<Written> {
  const files: readonly (readonly [string, string])[] = [
    ['report.html', comparePage(result, await bundlePage())],
    ['summary.md', compareMarkdown(result)],
    ['result.csv', compareCsv(result)],
    ['result.json', `${JSON.stringify(result, null, 2)}\n`],
  ];
  try {
    mkdirSync(out, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(out, name), text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const what = `the comparison cannot be written: ${reason}`;
    return {
      ok: false,
      error: { what, where: `--out ${out}`, todo: 'give a folder that can be written: --out DIR', exit: 2 },
    };
  }
  return { ok: true, files: files.map(([name]) => join(out, name)) };
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
