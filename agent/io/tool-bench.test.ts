import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ToolEvent } from '../core/tool/spec.ts';
import { defineTool } from '../tool/define.ts';
import { ToolBench } from './tool-bench.ts';
import { loadTools } from './tool-file.ts';

const input = z.object({});
const plain = { description: 'd', input, sideEffect: false };

test('what a function returns or throws, now or later, is one answer each', async () => {
  const events: ToolEvent[] = [];
  const bench = new ToolBench(
    [
      defineTool({ ...plain, name: 'now', run: () => ({ a: 1 }) }),
      defineTool({ ...plain, name: 'later', run: async () => 'text' }),
      defineTool({
        ...plain,
        name: 'throws',
        run: () => {
          throw new Error('closed');
        },
      }),
      defineTool({ ...plain, name: 'rejects', run: () => Promise.reject(new Error('gone')) }),
    ],
    (event) => events.push(event),
  );
  for (const [index, name] of ['now', 'later', 'throws', 'rejects', 'absent'].entries()) {
    bench.request({ kind: 'run', id: index + 1, name, input: {} });
  }
  expect(events).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events.toSorted((one, other) => one.id - other.id)).toEqual([
    { id: 1, outcome: { ok: true, text: '{"a":1}' } },
    { id: 2, outcome: { ok: true, text: 'text' } },
    { id: 3, outcome: { ok: false, reason: 'closed' } },
    { id: 4, outcome: { ok: false, reason: 'gone' } },
    { id: 5, outcome: { ok: false, reason: 'the host has no tool absent' } },
  ]);
});

test('a call that is cancelled is told so and answers nobody', async () => {
  const events: ToolEvent[] = [];
  const signals: AbortSignal[] = [];
  const run = (_: object, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve) => {
      signals.push(signal);
      signal.addEventListener('abort', () => resolve('late'));
    });
  const bench = new ToolBench([defineTool({ ...plain, name: 'slow', run })], (event) => events.push(event));
  bench.request({ kind: 'run', id: 1, name: 'slow', input: {} });
  bench.request({ kind: 'run', id: 2, name: 'slow', input: {} });
  await new Promise((resolve) => setImmediate(resolve));
  bench.request({ kind: 'cancel', id: 1 });
  bench.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(events).toEqual([]);
});

test('a file of tools is loaded, or refused with the tool and the field', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tools-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const tool = (timeoutMs: number) =>
    `export const mine = [{ name: 'mine', description: 'd', parameters: { type: 'object' }, sideEffect: false,
      timeoutMs: ${timeoutMs}, check: (input) => ({ ok: true, input }), run: () => 1 }];`;
  try {
    expect(await loadTools('')).toEqual({ ok: true, tools: [] });
    expect(await loadTools(file('good.mjs', tool(5)))).toMatchObject({ ok: true, tools: [{ name: 'mine' }] });
    expect(await loadTools(file('bad.mjs', tool(-5)))).toMatchObject({
      ok: false,
      problem: { what: expect.stringContaining('timeoutMs'), where: expect.stringContaining('"mine"') },
    });
    const none = await loadTools(file('none.mjs', 'export const a = 1;'));
    expect(none).toMatchObject({ ok: false, problem: { what: 'the file of tools exports none' } });
    const broken = await loadTools(file('broken.mjs', 'throw new Error("sorry");'));
    expect(broken).toMatchObject({ ok: false, problem: { what: expect.stringContaining('sorry') } });
    expect(await loadTools(join(folder, 'absent.mjs'))).toMatchObject({ ok: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
