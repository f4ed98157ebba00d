import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type TcpReport, validateTcp } from './tcp.ts';
import { tcpText } from './tcp-text.ts';

const SAMPLE = fileURLToPath(new URL('sample/tcp.csv', import.meta.url));
const HEADER = 'id,cc,workload,impair,p50,p90,p95,p99,late100_pct,stalls100_per_min';
const ROW = 'one,cubic,pcm20,delay=20.0 loss=0.01,20,20,40,80,0.02,0.3';

/** Validates a table of these lines, quickly. */
function validate(...lines: readonly string[]): Promise<TcpReport> {
  const table = join(mkdtempSync(join(tmpdir(), 'parley-')), 'table.csv');
  writeFileSync(table, `${lines.join('\n')}\n`);
  return validateTcp({ table, connections: 1, seconds: 2 });
}

describe('the TCP model beside a Linux kernel', () => {
  it('holds every target on a sample of what was measured', { timeout: 30_000 }, async () => {
    const report = await validateTcp({ table: SAMPLE, connections: 8 });
    if (!report.ok) throw new Error(report.reason);
    expect(report.skipped).toEqual([]);
    expect(report.errors.filter(({ holds }) => !holds)).toEqual([]);
    expect(report.regimes.right).toBe(report.conditions.length);
    expect(report.collapsed).toEqual({ near: 1, of: 1 });
    for (const line of tcpText(report).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('gives the same figures again', async () => {
    const once = await validate(HEADER, ROW);
    expect(await validate(HEADER, ROW)).toEqual(once);
  });
});

describe('tables', () => {
  it('leaves out what the model cannot play, and says so', async () => {
    const bbr = ROW.replace('one,cubic', 'two,vegas');
    const odd = ROW.replace('loss=0.01', 'gremlins=3').replace('one', 'three');
    const report = await validate(HEADER, ROW, bbr, odd);
    if (!report.ok) throw new Error(report.reason);
    expect(report.conditions).toHaveLength(1);
    expect(report.skipped).toEqual([
      { id: 'two', reason: 'cc: "vegas" is not modelled' },
      { id: 'three', reason: expect.stringContaining('gremlins: is not known') },
    ]);
  });

  it.each([
    ['no such column', [HEADER.replace('p95', 'p96'), ROW], 'the header lacks p95'],
    ['a figure that is none', [HEADER, ROW.replace(',80,', ',much,')], 'row 1: p99: "much" is not a number'],
    ['a short row', [HEADER, 'one,cubic'], 'line 2: 2 fields where the header has 10'],
    ['an open quote', [HEADER, `"${ROW}`], 'line 2: a quoted field does not end'],
    ['nothing', [''], 'the header lacks id'],
    ['no rows', [HEADER], 'no rows after the header'],
    ['nothing to play', [HEADER, ROW.replace('cubic', 'vegas')], 'no row can be played'],
  ])('refuses %s', async (_what, lines, reason) => {
    const report = await validate(...lines);
    expect(report).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('refuses a file that is not there', async () => {
    const report = await validateTcp({ table: '/nowhere/table.csv' });
    expect(report).toEqual({ ok: false, reason: '/nowhere/table.csv: the file cannot be read' });
  });
});
