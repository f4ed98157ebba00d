// Network profiles as command lines of `ip` and `tc`: two namespaces, a veth pair between them, and
// netem on each end for what leaves it. It maps what netem can do and refuses the rest by the name of
// the field; it runs nothing. The draws are netem's own, so compare distributions, never single runs.
import { unreachable } from '#agent/core/assert.ts';
import type { Direction, Impairment, Jitter, Loss } from '#sim/network/impairment.ts';

/** Program and arguments, one word each; no shell is involved. */
export type Command = readonly [program: string, ...words: string[]];

/** One end of the pair: what it sends passes its own qdisc. */
export type Side = {
  readonly namespace: string;
  readonly device: string;
  /** IPv4, without the prefix. */
  readonly address: string;
  /** Hardware address: fixed, so that nobody has to ask for it through an impaired network. */
  readonly ethernet: string;
};

/** `near` sends up, `far` sends down. */
export type Pair = { readonly near: Side; readonly far: Side };

export type Refusal = {
  /** Such as `up.jitter`. */
  readonly field: string;
  readonly reason: string;
};

export type Mapped =
  | { readonly ok: true; readonly commands: readonly Command[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** Everything from nothing to an impaired pair, in order; or every field that netem cannot express. */
export function impairedPair(impairment: Impairment, pair: Pair): Mapped {
  const up = impairedSide(impairment.up, pair.near, 'up');
  const down = impairedSide(impairment.down, pair.far, 'down');
  if (up.ok && down.ok) {
    return { ok: true, commands: [...plainPair(pair), ...up.commands, ...down.commands] };
  }
  return { ok: false, refusals: [up, down].flatMap((side) => (side.ok ? [] : side.refusals)) };
}

/** Packets of netem's queue, those on their way included; far beyond what any profile holds. */
const LIMIT_PACKETS = 10_000;
/** Keeps packets in order (netem queues behind its last packet when it has a rate) and never binds. */
const ORDER_RATE = '1gbit';
/**
 * One Ethernet frame, the least a token bucket can hold. It stands for a drop-tail queue in bytes, which
 * netem has not; on an idle line it takes no time for one packet, where a real line takes bytes / rate.
 */
const BURST_BYTES = 1_540;
const PREFIX_BITS = 30;

/** The qdiscs of what leaves `side`; `field` names the direction in refusals. */
export function impairedSide(direction: Direction, side: Side, field: string): Mapped {
  const refusals = beyondNetem(direction).map((refusal) => ({
    ...refusal,
    field: `${field}.${refusal.field}`,
  }));
  if (refusals.length > 0) return { ok: false, refusals };
  if (isPlain(direction)) return { ok: true, commands: [] };
  const { namespace, device } = side;
  const add: Command = ['tc', '-n', namespace, 'qdisc', 'add', 'dev', device];
  const netem = ['netem', 'limit', String(LIMIT_PACKETS), ...delayWords(direction), ...lossWords(direction)];
  const order = direction.reorder === true ? [] : ['rate', ORDER_RATE];
  const commands: Command[] = [[...add, 'root', 'handle', '1:', ...netem, ...order]];
  if (direction.bottleneck?.kind === 'rate') {
    const { kbps, queueBytes } = direction.bottleneck;
    const bucket = ['rate', `${decimal(kbps, 3)}kbit`, 'burst', `${BURST_BYTES}b`];
    commands.push([...add, 'parent', '1:', 'handle', '10:', 'tbf', ...bucket, 'limit', `${queueBytes}b`]);
  }
  return { ok: true, commands };
}

/** Two namespaces joined by a veth pair, segments as they would be on a wire (no offload). */
function plainPair({ near, far }: Pair): Command[] {
  const ends = ['address', near.ethernet, 'type', 'veth', 'peer', 'name', far.device];
  const peer = ['address', far.ethernet, 'netns', far.namespace];
  return [
    ['ip', 'netns', 'add', near.namespace],
    ['ip', 'netns', 'add', far.namespace],
    ['ip', '-n', near.namespace, 'link', 'add', near.device, ...ends, ...peer],
    ...raise(near, far),
    ...raise(far, near),
  ];
}

/** One end brought up, its neighbour known: nobody has to ask for it through an impaired network. */
function raise({ namespace, device, address }: Side, other: Side): Command[] {
  const neighbour = [other.address, 'lladdr', other.ethernet, 'dev', device, 'nud', 'permanent'];
  return [
    ['ip', '-n', namespace, 'link', 'set', 'lo', 'up'],
    ['ip', '-n', namespace, 'link', 'set', 'dev', device, 'gso_max_segs', '1'],
    ['ip', '-n', namespace, 'addr', 'add', `${address}/${PREFIX_BITS}`, 'dev', device],
    ['ip', '-n', namespace, 'link', 'set', 'dev', device, 'up'],
    ['ip', '-n', namespace, 'neigh', 'add', ...neighbour],
  ];
}

/** Nothing to do to a packet: no qdisc, and no need for a kernel that has it. */
function isPlain({ delayMs, jitter, loss, bottleneck }: Direction): boolean {
  const jittery = jitter !== undefined && jitter.ms > 0;
  const lossy = loss !== undefined && !(loss.kind === 'iid' && loss.share === 0);
  return delayMs === 0 && !jittery && !lossy && bottleneck === undefined;
}

function delayWords({ delayMs, jitter }: Direction): string[] {
  if (jitter === undefined || jitter.ms === 0) return ['delay', `${decimal(delayMs, 3)}ms`];
  // tc refuses a distribution around a delay of nothing.
  const words = ['delay', `${decimal(Math.max(delayMs, 0.001), 3)}ms`, `${decimal(jitter.ms, 3)}ms`];
  if (jitter.correlation !== undefined && jitter.correlation > 0) words.push(percent(jitter.correlation));
  // Without a table netem draws uniformly, delay ± jitter.
  return jitter.distribution === 'uniform' ? words : [...words, 'distribution', jitter.distribution];
}

function lossWords({ loss }: Direction): string[] {
  if (loss?.kind === 'iid') return loss.share === 0 ? [] : ['loss', percent(loss.share)];
  if (loss?.kind !== 'ge_packet') return [];
  const { toBad, toGood, lossBad, lossGood } = loss;
  return ['loss', 'gemodel', ...[toBad, toGood, lossBad, lossGood].map(percent)];
}

/** What a fixed netem qdisc cannot do: processes that run in time and would need it rewritten. */
function beyondNetem(direction: Direction): Refusal[] {
  const { jitter, loss, bottleneck, spike, outage, routeChange } = direction;
  const scheduled = 'needs the qdisc rewritten while it runs; use the impairment proxy';
  const refusals: Refusal[] = [];
  const refuse = (field: string, reason: string | undefined) => {
    if (reason !== undefined) refusals.push({ field, reason });
  };
  refuse('jitter', jitter && jitter.ms > 0 ? jitterReason(jitter.distribution) : undefined);
  refuse('loss', loss && lossReason(loss.kind));
  if (bottleneck?.kind === 'trace') refuse('bottleneck', `netem plays no delivery traces; ${scheduled}`);
  if (bottleneck?.kind === 'rate' && bottleneck.upload !== undefined) {
    refuse('bottleneck.upload', 'netem brings no cross traffic; use the impairment proxy');
  }
  if (spike !== undefined) refuse('spike', scheduled);
  if (outage !== undefined) refuse('outage', scheduled);
  if (routeChange !== undefined) refuse('routeChange', scheduled);
  return refusals;
}

function jitterReason(distribution: Jitter['distribution']): string | undefined {
  switch (distribution) {
    case 'normal':
    case 'pareto':
    case 'uniform':
      return undefined;
    case 'gamma':
      return 'netem has no gamma distribution (normal, pareto and uniform); use the impairment proxy';
    case 'ou':
      return "netem's jitter is drawn per packet, not over time; use the impairment proxy";
    default:
      return unreachable(distribution);
  }
}

function lossReason(kind: Loss['kind']): string | undefined {
  switch (kind) {
    case 'iid':
    case 'ge_packet':
      return undefined;
    case 'ge_time':
      return "netem's Gilbert-Elliott steps per packet, not over time; use ge_packet or the impairment proxy";
    default:
      return unreachable(kind);
  }
}

const percent = (share: number): string => `${decimal(share * 100, 6)}%`;

/** Without trailing zeros, so that equal profiles give equal commands. */
const decimal = (value: number, places: number): string => String(Number(value.toFixed(places)));
