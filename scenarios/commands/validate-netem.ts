// `npm run validate:netem`: WebSocket streams through a network that a real Linux kernel impairs, laid
// beside the same streams over our TCP model. It uses this machine's kernel where that has netem, and
// a guest kernel (user-mode-linux) where not; it takes a bounded time and leaves nothing behind.
import { mkdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { type Missing, netemCapability } from '#sim/loopback/netem/capability.ts';
import { impairedSide } from '#sim/loopback/netem/command.ts';
import { measureInGuest } from '#sim/loopback/netem/guest.ts';
import type { GuestAnswer } from '#sim/loopback/netem/guest-job.ts';
import { answerConditions, type Condition } from '#sim/loopback/netem/measure.ts';
import { measureModel } from '#sim/loopback/netem/model-stream.ts';
import { type Delays, PCM20, type Workload } from '#sim/loopback/netem/workload.ts';
import { carrierOf } from '#sim/loopback/proxy/carrier.ts';
import type { Impairment } from '#sim/network/impairment.ts';
import { parseNetwork } from '#sim/network/parse.ts';
import { formatError, type UserError } from '../error.ts';
import { report } from '../netem/report.ts';
import { rowOf, type Validation } from '../netem/validation.ts';

export type ValidateNetemOptions = {
  /** Profiles to measure, by name or written out; three by default. */
  readonly networks?: readonly string[];
  /** Length of each stream, s (2 … 600). */
  readonly seconds?: number;
  /** Use the guest kernel even where this machine's own would do. */
  readonly guest?: boolean;
  readonly out?: string;
  readonly json?: boolean;
};

/**
 * Losses, jitter with losses, and a bottleneck. None near collapse: there two streams of twenty seconds
 * differ by more than a model and a kernel do.
 */
const NETWORKS = [
  'delay=20ms loss=2%',
  'delay=50ms jitter=10ms loss=1%',
  'delay=30ms rate=2mbit queue=16000 loss=1%',
];
const SECONDS_MAX = 600;

/** 0: the medians agree; 1: they do not; 2: bad input; 3: neither kernel can do it, and why. */
export async function run(options: ValidateNetemOptions): Promise<number> {
  const seconds = options.seconds ?? PCM20.seconds;
  if (!(seconds >= 2 && seconds <= SECONDS_MAX)) return refuse(badSeconds(seconds));
  const workload: Workload = { ...PCM20, seconds };
  const read = readNetworks(options.networks ?? NETWORKS);
  if (!read.ok) return refuse(read.error);
  const conditions = read.impairments.map((impairment) => ({ impairment, workload }));
  const measured = await measure(conditions, options.guest === true);
  if (!measured.ok) return refuse(measured.error);
  const rows: Validation['rows'][number][] = [];
  for (const [index, condition] of conditions.entries()) {
    const { name } = condition.impairment;
    const delays = measured.answer.measured[index] ?? 'not measured';
    if (typeof delays === 'string') return refuse(unmeasured(name, delays));
    rows.push(rowOf(name, delays, await modelled(condition)));
  }
  const boot = measured.bootSeconds === undefined ? {} : { bootSeconds: measured.bootSeconds };
  const { kernel } = measured.answer;
  const result: Validation = { schema: 'netem-validation/1', kernel, ...boot, workload, rows };
  return write(result, options);
}

function write(result: Validation, { out = '.parley/validate-netem', json }: ValidateNetemOptions): number {
  const text = `${JSON.stringify(result, null, 2)}\n`;
  try {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'result.json'), text);
  } catch (error) {
    const what = `the result cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    return refuse({ what, where: `--out ${out}`, todo: 'give a folder that can be written', exit: 2 });
  }
  process.stdout.write(json === true ? text : `${report(result)}\n${join(out, 'result.json')}\n`);
  return result.rows.every(({ holds }) => holds) ? 0 : 1;
}

type Networks =
  | { readonly ok: true; readonly impairments: readonly Impairment[] }
  | { readonly ok: false; readonly error: UserError };

/** Names that are known and that netem can express, or the first that is not. */
function readNetworks(names: readonly string[]): Networks {
  const impairments: Impairment[] = [];
  const nowhere = { namespace: '', device: '', address: '', ethernet: '' };
  for (const name of names) {
    const where = `--network ${name}`;
    const parsed = parseNetwork(name);
    if (!parsed.ok) {
      const todo = 'give a profile by name, or words such as "delay=50ms jitter=10ms loss=1%"';
      return { ok: false, error: { what: `unknown network: ${parsed.reason}`, where, todo, exit: 2 } };
    }
    const { impairment } = parsed;
    const sides = [
      impairedSide(impairment.up, nowhere, 'up'),
      impairedSide(impairment.down, nowhere, 'down'),
    ];
    const [refusal] = sides.flatMap((side) => (side.ok ? [] : side.refusals));
    if (refusal !== undefined) {
      const what = `netem cannot express ${refusal.field} of this network: ${refusal.reason}`;
      const todo = 'give one of delay, normal, pareto or uniform jitter, iid or ge loss, rate and queue';
      return { ok: false, error: { what, where, todo, exit: 2 } };
    }
    impairments.push({ ...impairment, name });
  }
  return { ok: true, impairments };
}

type Measured =
  | { readonly ok: true; readonly answer: GuestAnswer; readonly bootSeconds?: number }
  | { readonly ok: false; readonly error: UserError };

/** Start-up of two programs and a network, seen in a guest on a busy machine. */
const OVERHEAD_SECONDS = 6;
/** What a stream that has collapsed takes to end. */
const COLLAPSE_SECONDS_MAX = 60;

async function measure(conditions: readonly Condition[], guestWanted: boolean): Promise<Measured> {
  const each = conditions[0]?.workload.seconds ?? 0;
  const tell = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const allSeconds = Math.ceil(conditions.length * (each + OVERHEAD_SECONDS));
  tell(`${conditions.length} networks, about ${allSeconds} s in real time`);
  const host = netemCapability();
  if (host.ok && !guestWanted) {
    const measured = await answerConditions(conditions, tell);
    return { ok: true, answer: { kernel: release(), missing: [], measured } };
  }
  if (!host.ok)
    tell(`this machine lacks ${host.missing.map(({ what }) => what).join(', ')}: booting a guest`);
  const secondsMax = conditions.length * (each + COLLAPSE_SECONDS_MAX);
  const guest = await measureInGuest({ conditions }, { secondsMax, tell });
  if (!guest.ok) {
    return { ok: false, error: guest.missing === undefined ? broken(guest.reason) : lacking(guest.missing) };
  }
  return guest.answer.missing.length > 0 ? { ok: false, error: lacking(guest.answer.missing) } : guest;
}

/** Conversations of the model per kernel run: it is cheap, and its tails then are no accident. */
const MODEL_SEEDS = 6;

async function modelled({ impairment, workload }: Condition): Promise<Delays> {
  const parts: Delays[] = [];
  for (let seed = 1; seed <= MODEL_SEEDS; seed += 1) {
    parts.push(await measureModel(workload, carrierOf(impairment, seed)));
  }
  return {
    up: parts.flatMap(({ up }) => up),
    down: parts.flatMap(({ down }) => down),
    lost: parts.reduce((sum, { lost }) => sum + lost, 0),
  };
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}

const lacking = (missing: readonly Missing[]): UserError => ({
  what: `this machine cannot run netem: missing ${missing.map(({ what }) => what).join(', ')}`,
  where: 'validate:netem',
  todo: [...new Set(missing.map(({ todo }) => todo))].join('; '),
  exit: 3,
});

const broken = (reason: string): UserError => ({
  what: `the guest kernel did not do its work: ${reason}`,
  where: 'validate:netem',
  todo: 'try again on a machine with 1 GB of free memory in /dev/shm; apt-get install -y user-mode-linux',
  exit: 3,
});

const unmeasured = (network: string, reason: string): UserError => ({
  what: `the network could not be measured: ${reason}`,
  where: `--network ${network}`,
  todo: 'check its numbers against what tc accepts (man tc-netem)',
  exit: 3,
});

const badSeconds = (seconds: number): UserError => ({
  what: `--seconds is not a number from 2 to ${SECONDS_MAX}`,
  where: `--seconds ${seconds}`,
  todo: 'leave it out, or give for example 20',
  exit: 2,
});
