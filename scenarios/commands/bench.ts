// `npm run bench`: how fast the laboratory is on this machine. Figures are of processor time, after
// a warm-up, as medians of several rounds; nothing here passes or fails.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { cpuUsage } from 'node:process';
import { seconds } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import type { SettleName } from '#sim/kernel/settle.ts';
import { benchLinks } from '#sim/network/link.bench.ts';
import { benchTcp } from '#sim/network/tcp/bench.ts';
import { benchRtc } from '../bench/rtc.ts';
import { percentile } from '../kpis/statistic.ts';
import { loadScenario } from '../library/index.ts';
import { play } from '../runner/play.ts';
import type { RunRequest } from '../runner/run.ts';

export type BenchOptions = { readonly json?: boolean; readonly out?: string };

type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
};

const ROUNDS = 5;
const KERNEL_EVENTS = 400_000;
const RUNS_PER_ROUND = 12;
const RUNS_WARM = 30;
/** One frame of call time: 20 ms. */
const FRAMES_PER_SECOND = 50;

export async function run(options: BenchOptions): Promise<number> {
  const figures = [
    await kernelFigure('tick', 0),
    await kernelFigure('tick', 1),
    await kernelFigure('immediate', 1),
    ...(await conversationFigures({})),
    ...(await conversationFigures({ network: 'good-wifi' })),
    ...(await conversationFigures({ network: 'good-wifi', transport: 'webrtc' })),
    ...benchLinks(),
    ...(await benchTcp()),
    ...warmRtc(),
  ];
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
  };
  const folder = options.out ?? '.parley/bench';
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}/result.json`,
    `${JSON.stringify({ schema: 'parley-bench/1', machine, figures }, null, 2)}\n`,
  );
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ machine, figures }, null, 2)}\n`);
    return 0;
  }
  process.stdout.write(
    `${machine.date} · Node ${machine.node} · ${machine.cores} cores · ${machine.processor}\n\n`,
  );
  for (const { name, value, unit, note } of figures) {
    process.stdout.write(`${name.padEnd(34)}${format(value).padStart(12)} ${unit.padEnd(18)} ${note}\n`);
  }
  process.stdout.write(`\n${folder}/result.json\n`);
  return 0;
}

/** Events per processor second of a chain of timers, each with `awaits` promises to settle. */
async function kernelFigure(settle: SettleName, awaits: 0 | 1): Promise<Figure> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const kernel = new Kernel(settle);
    const again = (): void => {
      if (awaits === 1) void Promise.resolve().then(() => undefined);
      kernel.after(20, again, undefined);
    };
    for (let chain = 0; chain < 8; chain += 1) kernel.after(chain, again, undefined);
    const before = cpuSeconds();
    await kernel.run({ untilUs: seconds(3_600), stopWhen: () => kernel.events >= KERNEL_EVENTS });
    rates.push(KERNEL_EVENTS / (cpuSeconds() - before));
  }
  return {
    name: `kernel, settle ${settle}, ${awaits} await${awaits === 1 ? '' : 's'}`,
    value: percentile(rates, 0.5) ?? 0,
    unit: 'events/s',
    note: '8 timers in a chain',
  };
}

type Way = Pick<RunRequest, 'transport'> & { readonly network?: string };

async function conversationFigures({
  network = 'delay=20ms',
  transport = 'websocket',
}: Way): Promise<Figure[]> {
  const loaded = await loadScenario('multi-turn');
  if (!loaded.ok) throw new Error(loaded.error.what);
  const { scenario } = loaded;
  const request = { scenario, world: 'sim', seed: 1, providers: 'prd', network, transport } as const;
  for (let seed = 1; seed <= RUNS_WARM; seed += 1) await play({ ...request, seed });
  const speedups: number[] = [];
  const eventRates: number[] = [];
  const frameCosts: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = cpuSeconds();
    let simulated = 0;
    let events = 0;
    for (let index = 0; index < RUNS_PER_ROUND; index += 1) {
      const outcome = await play({ ...request, seed: 1_000 + round * RUNS_PER_ROUND + index });
      simulated += outcome.simulatedSeconds;
      events += outcome.events;
    }
    const cpu = cpuSeconds() - before;
    speedups.push(simulated / cpu);
    eventRates.push(events / cpu);
    frameCosts.push((cpu * 1_000_000) / (simulated * FRAMES_PER_SECOND));
  }
  const note = `multi-turn, ${transport}, network ${network}`;
  return [
    { name: 'speedup', value: percentile(speedups, 0.5) ?? 0, unit: 'sim s per CPU s', note },
    { name: 'events', value: percentile(eventRates, 0.5) ?? 0, unit: 'events/s', note },
    { name: 'frame', value: percentile(frameCosts, 0.5) ?? 0, unit: 'µs per 20 ms', note },
  ];
}

function cpuSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1_000_000;
}

const format = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);

/** The second of two rounds: the first one warms the code. */
function warmRtc(): ReturnType<typeof benchRtc> {
  benchRtc();
  return benchRtc();
}
