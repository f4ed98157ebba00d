// One direction of a network from its words. Each group of words becomes one process; a word that
// needs another (a queue its rate, a burst its loss) says so, and two ways of losing packets at once
// are refused, because a direction has one.
import { burstLoss } from './burst.ts';
import type { Bottleneck, Direction, Jitter, Loss, Outage, RouteChange, Spike } from './impairment.ts';
import { TAU_MS } from './jitter.ts';
import { parseTrace } from './mahimahi.ts';
import { COUNT, DURATION_MS, DURATION_S, FREQUENCY, RATE, SHARE, SIZE } from './quantity.ts';
import { QUEUE_BYTES_DEFAULT, RANGE } from './range.ts';
import type { Words } from './word.ts';

export type ReadDirection =
  | { readonly ok: true; readonly direction: Direction }
  | { readonly ok: false; readonly reason: string };

/** Spacing of voice packets, for what is meant per packet but happens in time. */
const PACKET_MS = 20;

const DISTRIBUTIONS = ['normal', 'uniform', 'gamma', 'pareto', 'ou'] as const;

export function readDirection(words: Words, loadTrace: (path: string) => string | undefined): ReadDirection {
  const parts = {
    delayMs: words.figure('delay', DURATION_MS, RANGE.delayMs) ?? 0,
    jitter: jitterOf(words),
    loss: lossOf(words),
    bottleneck: bottleneckOf(words, loadTrace),
    spike: spikeOf(words),
    outage: outageOf(words),
    routeChange: routeOf(words),
    reorder: reorderOf(words),
  };
  const reason = words.fault();
  if (reason !== undefined) return { ok: false, reason };
  const present = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { ok: true, direction: { delayMs: parts.delayMs, ...Object.fromEntries(present) } };
}

function jitterOf(words: Words): Jitter | undefined {
  const size = words.figure('jitter', DURATION_MS, RANGE.jitterMs);
  const dist = words.text('dist');
  const tauMs = words.figure('tau', DURATION_MS, RANGE.tauMs);
  const given = words.figure('corr', SHARE, RANGE.share);
  const distribution = DISTRIBUTIONS.find((name) => name === (dist ?? 'normal'));
  if (distribution === undefined) {
    words.refuse('dist', `"${dist}" is not one of ${DISTRIBUTIONS.join(', ')}`);
    return undefined;
  }
  if (size === undefined) {
    for (const key of ['dist', 'tau', 'corr']) if (words.has(key)) words.refuse(key, 'needs a jitter');
    return undefined;
  }
  if (given !== undefined && tauMs !== undefined) words.refuse('corr', 'says the same as tau; give one');
  if (distribution === 'ou') {
    if (given !== undefined) words.refuse('corr', 'is not for dist=ou; give tau');
    return size === 0 ? undefined : { distribution, ms: size, tauMs: tauMs ?? TAU_MS };
  }
  if (size === 0) return undefined;
  // A time constant of a per-packet distribution: the correlation it has at the spacing of voice.
  const correlation = tauMs === undefined ? given : Math.exp(-PACKET_MS / tauMs);
  return { distribution, ms: size, ...(correlation === undefined ? {} : { correlation }) };
}

function lossOf(words: Words): Loss | undefined {
  const share = words.figure('loss', SHARE, RANGE.share);
  const burst = words.figure('burst', COUNT, RANGE.burstPackets);
  const packet = words.parts('ge', 4, 4, 'ge=<good to bad>,<bad to good>,<loss bad>,<loss good>');
  const timed = words.parts('get', 3, 3, 'get=<mean good>,<mean bad>,<loss bad>');
  if (packet !== undefined && timed !== undefined) words.refuse('get', 'cannot go with ge');
  for (const key of ['ge', 'get']) {
    if (words.has(key) && (share ?? 0) > 0) words.refuse('loss', `cannot go with ${key}`);
    if (words.has(key) && burst !== undefined) words.refuse('burst', `cannot go with ${key}`);
  }
  if (packet !== undefined) {
    const [toBad = 0, toGood = 0, lossBad = 0, lossGood = 0] = packet.map((text) =>
      words.quantity('ge', text, SHARE, RANGE.share),
    );
    return { kind: 'ge_packet', toBad, toGood, lossBad, lossGood };
  }
  if (timed !== undefined) {
    const goodMs = words.quantity('get', timed[0], DURATION_MS, RANGE.periodMs);
    const badMs = words.quantity('get', timed[1], DURATION_MS, RANGE.periodMs);
    return { kind: 'ge_time', goodMs, badMs, lossBad: words.quantity('get', timed[2], SHARE, RANGE.share) };
  }
  if (burst !== undefined && share === undefined) words.refuse('burst', 'needs a loss');
  if (share === undefined || share === 0) return undefined;
  return burst === undefined ? { kind: 'iid', share } : burstLoss(share, burst, PACKET_MS);
}

function bottleneckOf(words: Words, loadTrace: (path: string) => string | undefined): Bottleneck | undefined {
  const kbps = words.figure('rate', RATE, RANGE.kbps);
  const path = words.text('trace');
  const queueBytes = words.figure('queue', SIZE, RANGE.queueBytes);
  if (kbps !== undefined && path !== undefined) words.refuse('trace', 'cannot go with rate');
  if (kbps !== undefined) return { kind: 'rate', kbps, queueBytes: queueBytes ?? QUEUE_BYTES_DEFAULT };
  if (path === undefined) {
    if (queueBytes !== undefined) words.refuse('queue', 'needs a rate or a trace');
    return undefined;
  }
  const text = loadTrace(path);
  if (text === undefined) {
    words.refuse('trace', `"${path}" cannot be read`);
    return undefined;
  }
  const trace = parseTrace(text);
  if (!trace.ok) {
    words.refuse('trace', `"${path}": ${trace.reason}`);
    return undefined;
  }
  const { opportunitiesMs } = trace;
  return { kind: 'trace', opportunitiesMs, queueBytes: queueBytes ?? QUEUE_BYTES_DEFAULT };
}

function spikeOf(words: Words): Spike | undefined {
  const parts = words.parts('spike', 2, 2, 'spike=<rate>/s,<mean length>');
  if (parts === undefined) return undefined;
  return {
    perSecond: words.quantity('spike', parts[0], FREQUENCY, RANGE.spikesPerSecond),
    meanMs: words.quantity('spike', parts[1], DURATION_MS, RANGE.episodeMs),
  };
}

function outageOf(words: Words): Outage | undefined {
  const form = 'outage=<period>,<length or from-to>,drop|hold[,random]';
  const [period, length, mode, luck] = words.parts('outage', 3, 4, form) ?? [];
  if (period === undefined || length === undefined) return undefined;
  const periodMs = words.quantity('outage', period, DURATION_S, RANGE.periodMs);
  // Not the sign of a negative length: a dash with something before it.
  const [, from, to] = /^(.+?)(?:-(.+))?$/.exec(length) ?? [];
  const unit = /[a-z]+$/i.exec(to ?? '')?.[0] ?? '';
  const low = /[a-z]$/i.test(from ?? '') ? from : `${from}${unit}`;
  const minMs = words.quantity('outage', low, DURATION_MS, RANGE.episodeMs);
  const maxMs = to === undefined ? minMs : words.quantity('outage', to, DURATION_MS, RANGE.episodeMs);
  if (maxMs < minMs) words.refuse('outage', `${length} ends before it begins`);
  if (luck === undefined && maxMs >= periodMs) words.refuse('outage', `${length} is as long as its period`);
  if (luck !== undefined && luck !== 'random') words.refuse('outage', `"${luck}" is not random`);
  if (mode !== 'drop' && mode !== 'hold') {
    words.refuse('outage', `"${mode}" is neither drop nor hold`);
    return undefined;
  }
  return { periodMs, ...(luck === undefined ? {} : { random: true }), minMs, maxMs, mode };
}

function routeOf(words: Words): RouteChange | undefined {
  const parts = words.parts('route', 2, 3, 'route=<at>,<change of delay>[,<every>]');
  if (parts === undefined) return undefined;
  const [at, delta, every] = parts;
  const change = {
    atMs: words.quantity('route', at, DURATION_S, RANGE.routeAtMs),
    deltaMs: words.quantity('route', delta, DURATION_MS, RANGE.routeDeltaMs),
  };
  if (every === undefined) return change;
  return { ...change, everyMs: words.quantity('route', every, DURATION_S, RANGE.periodMs) };
}

function reorderOf(words: Words): boolean | undefined {
  const text = words.text('reorder');
  if (text === undefined || text === '0') return undefined;
  if (text !== '' && text !== '1') words.refuse('reorder', `"${text}" is neither 0 nor 1`);
  return true;
}
