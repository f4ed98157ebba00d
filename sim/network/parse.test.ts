import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ms } from '#agent/core/time.ts';
import { ImpairedLink } from './impaired-link.ts';
import type { Impairment } from './impairment.ts';
import { NETWORK_NAMES, parseNetwork } from './parse.ts';
import { parseProfileFile } from './profile-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-network-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function impairment(text: string): Impairment {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.impairment;
}

const direction = (text: string) => impairment(text).up;
function refusal(text: string): string {
  const parsed = parseNetwork(text);
  return parsed.ok ? 'accepted' : parsed.reason;
}

describe('a network by name', () => {
  it.each(NETWORK_NAMES)('"%s" comes with the repository, says its source and works', (name) => {
    const { name: own, source, status, up, down } = impairment(name);
    expect(own).toBe(name);
    expect(source.length).toBeGreaterThan(30);
    expect(status).toBe(name === 'loopback' ? 'measured' : 'preset');
    for (const side of [up, down]) {
      const link = new ImpairedLink(side, { seed: 1, name });
      const arrived = Array.from({ length: 500 }, (_, index) => link.transmit(ms(index * 20), 140));
      expect(arrived.filter((each) => each !== undefined).length).toBeGreaterThan(450);
    }
  });

  it('keeps the plain delays what they always were', () => {
    const loopback = new ImpairedLink(direction('loopback'), { seed: 1, name: 'up' });
    const plain = new ImpairedLink(direction('delay=20ms'), { seed: 1, name: 'up' });
    for (const at of [0, 1, 12_345, 600_000_001]) {
      expect(loopback.transmit(at, 1_500)).toBe(at + 100);
      expect(plain.transmit(at, 1_500)).toBe(at + 20_000);
    }
    expect(impairment('delay=20ms').name).toBe('delay=20ms');
  });
});

describe('a network in words', () => {
  it('understands every word, with units', () => {
    const words =
      'delay=40ms jitter=15ms loss=2% burst=3 rate=1mbit queue=64kB dist=gamma tau=200ms ' +
      'spike=0.3/s,120ms outage=20s,200ms,hold reorder';
    expect(direction(words)).toMatchObject({
      delayMs: 40,
      jitter: { distribution: 'gamma', ms: 15, correlation: Math.exp(-0.1) },
      loss: { kind: 'ge_time', lossBad: 1 },
      bottleneck: { kind: 'rate', kbps: 1_000, queueBytes: 64_000 },
      spike: { perSecond: 0.3, meanMs: 120 },
      outage: { periodMs: 20_000, minMs: 200, maxMs: 200, mode: 'hold' },
      reorder: true,
    });
    expect(direction('outage=10s,30-100ms,hold,random route=15s,+10ms,15s jitter=5 corr=25%')).toEqual({
      delayMs: 0,
      jitter: { distribution: 'normal', ms: 5, correlation: 0.25 },
      outage: { periodMs: 10_000, random: true, minMs: 30, maxMs: 100, mode: 'hold' },
      routeChange: { atMs: 15_000, deltaMs: 10, everyMs: 15_000 },
    });
  });

  // As written in the tables of measured conditions: bare numbers, ms unless noted.
  it.each([
    ['delay=20.0 jitter=0 dist=normal loss=0.01', { delayMs: 20, loss: { kind: 'iid', share: 0.01 } }],
    [
      'delay=20.0 jitter=30 dist=normal reorder=1 loss=0.0',
      { delayMs: 20, jitter: { distribution: 'normal', ms: 30 }, reorder: true },
    ],
    [
      'delay=20.0 ge=0.010526,0.200000,1,0',
      { delayMs: 20, loss: { kind: 'ge_packet', toBad: 0.010526, toGood: 0.2, lossBad: 1, lossGood: 0 } },
    ],
    [
      'delay=50.0 get=4000,80,0.6',
      { delayMs: 50, loss: { kind: 'ge_time', goodMs: 4_000, badMs: 80, lossBad: 0.6 } },
    ],
    [
      'delay=30.0 outage=10,500,drop',
      { delayMs: 30, outage: { periodMs: 10_000, minMs: 500, maxMs: 500, mode: 'drop' } },
    ],
    [
      'delay=30.0 rate=400 queue=8000',
      { delayMs: 30, bottleneck: { kind: 'rate', kbps: 400, queueBytes: 8_000 } },
    ],
    [
      'delay=20.0 jitter=15 dist=ou tau=200 spike=0.25,120 reorder=0',
      {
        delayMs: 20,
        jitter: { distribution: 'ou', ms: 15, tauMs: 200 },
        spike: { perSecond: 0.25, meanMs: 120 },
      },
    ],
  ])('understands the measured tables: %s', (words, expected) => {
    expect(direction(words)).toEqual(expected);
    expect(impairment(words).down).toEqual(expected);
  });

  it('tells the directions apart; the more special word wins', () => {
    const { up, down } = impairment(
      'delay=20ms loss=1% up:rate=1mbit queue=32kB down: loss=3% rate=16mbit/s',
    );
    expect(up).toEqual({
      delayMs: 20,
      loss: { kind: 'iid', share: 0.01 },
      bottleneck: { kind: 'rate', kbps: 1_000, queueBytes: 32_000 },
    });
    expect(down).toEqual({
      delayMs: 20,
      loss: { kind: 'iid', share: 0.03 },
      bottleneck: { kind: 'rate', kbps: 16_000, queueBytes: 64_000 },
    });
  });

  it('reads a trace of delivery opportunities from a file', () => {
    const path = file('phone.trace', '# made up\n3\n3\n\n17\n');
    expect(direction(`trace=${path} queue=30kB`).bottleneck).toEqual({
      kind: 'trace',
      opportunitiesMs: [3, 3, 17],
      queueBytes: 30_000,
    });
  });

  it.each([
    ['delay=-5ms', 'delay: -5ms is less than 0 ms'],
    ['delay=3s', 'delay: 3s is more than 2000 ms'],
    ['delay=NaN', 'delay: "NaN" is not a number (units: us, ms, s, min)'],
    ['delay=Infinity', 'delay: "Infinity" is not a number'],
    ['delay=1e999', 'delay: 1e999 is more than 2000 ms'],
    ['delay=20km', 'delay: "20km" is not a number'],
    ['delay=', 'delay: "" is not a number'],
    ['delay=1 delay=2', 'delay: is given twice'],
    ['jitter=-1', 'jitter: -1 is less than 0 ms'],
    ['jitter=5 dist=cauchy', 'dist: "cauchy" is not one of normal'],
    ['dist=gamma', 'dist: needs a jitter'],
    ['jitter=5 dist=ou corr=0.5', 'corr: is not for dist=ou'],
    ['jitter=5 dist=ou tau=0', 'tau: 0 is less than 1 ms'],
    ['loss=-0.1', 'loss: -0.1 is less than 0 %'],
    ['loss=101%', 'loss: 101% is more than 100 %'],
    ['loss=2', 'loss: 2 is more than 100 %'],
    ['loss=2% burst=0.5', 'burst: 0.5 is less than 1'],
    ['burst=3', 'burst: needs a loss'],
    ['ge=0.1,0.2', 'ge: write ge='],
    ['ge=0.1,0.2,1,1.5', 'ge: 1.5 is more than 100 %'],
    ['get=4000,0,0.6', 'get: 0 is less than 1 ms'],
    ['get=4000,80,0.6 loss=1%', 'loss: cannot go with get'],
    ['rate=0', 'rate: 0 is less than 1 kbit'],
    ['rate=1mbit queue=100', 'queue: 100 is less than 1500 B'],
    ['queue=64kB', 'queue: needs a rate or a trace'],
    ['rate=1mbit trace=x', 'trace: cannot go with rate'],
    ['trace=nowhere.trace', 'trace: "nowhere.trace" cannot be read'],
    ['spike=0.3', 'spike: write spike='],
    ['spike=0.3,-1', 'spike: -1 is less than'],
    ['outage=10,500,maybe', 'outage: "maybe" is neither drop nor hold'],
    ['outage=10,-500,drop', 'outage: -500 is less than'],
    ['outage=1,2000,drop', 'outage: 2000 is as long as its period'],
    ['outage=10,200-100,drop', 'outage: 200-100 ends before it begins'],
    ['outage=10,500,drop,often', 'outage: "often" is not random'],
    ['reorder=2', 'reorder: "2" is neither 0 nor 1'],
    ['speed=5', 'speed: is not known; known are delay, jitter'],
    ['delay=20ms up:loss=200%', 'up:loss: 200% is more than 100 %'],
    ['delay=20ms =5', '"=5" is not of the form key=value'],
    ['', '"" is not one of loopback, datacentre'],
    ['wifi', '"wifi" is not one of loopback, datacentre'],
    ['nowhere.json', 'network "nowhere.json": the file cannot be read'],
  ])('refuses "%s" and names the field', (words, reason) => {
    expect(refusal(words)).toContain(reason);
  });

  it('refuses traces that would never deliver, or go back in time', () => {
    expect(refusal(`trace=${file('empty.trace', '\n# nothing\n')}`)).toContain('the trace is empty');
    expect(refusal(`trace=${file('zero.trace', '0\n0\n')}`)).toContain('the trace lasts 0 ms');
    expect(refusal(`trace=${file('back.trace', '5\n4\n')}`)).toContain(
      'opportunity 2: 4 ms comes before 5 ms',
    );
    expect(refusal(`trace=${file('word.trace', '5\nsix\n')}`)).toContain('line 2: "six"');
  });
});

describe('a network in a file', () => {
  const good = {
    schema: 'network-profile/1',
    name: 'mine',
    description: '',
    status: 'given',
    source: 'a test',
    both: { delayMs: 25 },
  };
  const parse = (data: unknown, beside?: string) =>
    parseProfileFile('mine.json', typeof data === 'string' ? data : JSON.stringify(data), () => beside);
  const complaint = (data: unknown, beside?: string) => {
    const parsed = parse(data, beside);
    return parsed.ok ? 'accepted' : parsed.reason;
  };

  it('is read by its path, both directions at once or each', () => {
    const path = file('mine.json', JSON.stringify(good));
    expect(impairment(path)).toEqual({
      name: 'mine',
      up: { delayMs: 25 },
      down: { delayMs: 25 },
      source: 'a test',
      status: 'given',
    });
    const { both: _, ...head } = good;
    expect(parse({ ...head, up: { delayMs: 1 }, down: { delayMs: 2 } })).toMatchObject({
      ok: true,
      impairment: { up: { delayMs: 1 }, down: { delayMs: 2 } },
    });
  });

  it('may name a trace beside it', () => {
    const both = { delayMs: 1, bottleneck: { kind: 'trace_file', file: 'a.trace', queueBytes: 9_000 } };
    expect(parse({ ...good, both }, '4\n9\n')).toMatchObject({
      impairment: { up: { bottleneck: { kind: 'trace', opportunitiesMs: [4, 9], queueBytes: 9_000 } } },
    });
    expect(complaint({ ...good, both })).toContain('up.bottleneck.file: "a.trace" cannot be read');
    expect(complaint({ ...good, both }, '')).toContain('up.bottleneck.file: the trace is empty');
  });

  it.each([
    [{ delayMs: -1 }, 'both.delayMs'],
    [{ delayMs: 'soon' }, 'both.delayMs'],
    [{}, 'both.delayMs'],
    [{ delayMs: 1, speed: 3 }, '"speed"'],
    [{ delayMs: 1, loss: { kind: 'iid', share: 1.01 } }, 'both.loss.share'],
    [{ delayMs: 1, loss: { kind: 'sometimes' } }, 'both.loss.kind'],
    [{ delayMs: 1, loss: { kind: 'ge_time', goodMs: 1, badMs: 0, lossBad: 1 } }, 'both.loss.badMs'],
    [{ delayMs: 1, bottleneck: { kind: 'rate', kbps: 0, queueBytes: 9_000 } }, 'both.bottleneck.kbps'],
    [
      { delayMs: 1, bottleneck: { kind: 'trace', opportunitiesMs: [], queueBytes: 9_000 } },
      'both.bottleneck.opportunitiesMs: the trace is empty',
    ],
    [
      { delayMs: 1, outage: { periodMs: 1_000, minMs: 9, maxMs: 5, mode: 'drop' } },
      'both.outage.maxMs: is less than minMs',
    ],
    [
      { delayMs: 1, outage: { periodMs: 1_000, minMs: 9, maxMs: 1_000, mode: 'drop' } },
      'both.outage.maxMs: is as long as the period',
    ],
  ])('refuses %j and names the field', (both, reason) => {
    expect(complaint({ ...good, both })).toContain('network "mine.json"');
    expect(complaint({ ...good, both })).toContain(reason);
  });

  it('refuses what is no profile at all', () => {
    expect(complaint('{')).toContain('not JSON');
    expect(complaint('3')).toContain('network "mine.json": file');
    expect(complaint({ ...good, source: '' })).toContain('source');
    expect(complaint({ ...good, both: undefined })).toContain('up');
  });
});
