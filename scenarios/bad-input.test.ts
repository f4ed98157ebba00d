// What people get wrong at the command line: each mistake is found before anything is played, and told
// in three lines: what is wrong, where (file and line, field, flag), and what to do. Exit code 2.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadScenario } from './library/index.ts';
import { singleTurn } from './library/single-turn.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-input-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

/** Runs the command line as `npm run scenario -- …` does. */
async function scenario(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [
    'scenarios/main.ts',
    'scenario',
    ...words,
    '--out',
    join(folder, 'out'),
  ]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const [code] = await once(child, 'exit');
  return { code, stdout, stderr };
}

async function errorOf(nameOrPath: string) {
  const loaded = await loadScenario(nameOrPath);
  if (loaded.ok) throw new Error(`${nameOrPath} was taken`);
  return loaded.error;
}

describe('a scenario name', () => {
  test('that is nearly right is told the nearest, and the known ones', async () => {
    const error = await errorOf('mutli-turn');
    expect(error).toEqual({
      what: 'unknown scenario "mutli-turn"',
      where: expect.stringMatching(/^known scenarios: .*single-turn, multi-turn, barge-in/),
      todo: expect.stringContaining('did you mean "multi-turn"?'),
      exit: 2,
    });
  });

  test('that is like none is told the known ones', async () => {
    const { where, todo } = await errorOf('xyzzy');
    expect(where).toContain('single-turn');
    expect(todo).toBe('give one of these names, or the path of a .ts or .json file');
  });

  test('reaches the command line as three lines and exit code 2', async () => {
    const { code, stdout, stderr } = await scenario('singel-turn');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'unknown scenario "singel-turn"',
      expect.stringMatching(/^ {2}at: known scenarios: /),
      expect.stringMatching(/^ {2}do: did you mean "single-turn"\?/),
    ]);
  });
});

describe('a JSON file', () => {
  test('that is a good one is taken', async () => {
    const loaded = await loadScenario(file('good.json', { ...singleTurn, name: 'mine' }));
    expect(loaded).toEqual({ ok: true, scenario: { ...singleTurn, name: 'mine' } });
  });

  test('that cannot be read is named with the reason', async () => {
    const missing = join(folder, 'nowhere.json');
    expect(await errorOf(missing)).toMatchObject({
      what: 'the scenario file cannot be read',
      where: missing,
      todo: expect.stringContaining('ENOENT'),
    });
    mkdirSync(join(folder, 'folder.json'));
    expect((await errorOf(join(folder, 'folder.json'))).todo).toContain('EISDIR');
    const locked = file('locked.json', {});
    chmodSync(locked, 0);
    // The superuser reads anything: then the file is merely malformed.
    expect((await errorOf(locked)).what).toMatch(/cannot be read|malformed/);
  });

  test('that is no JSON is told the line', async () => {
    const path = file('broken.json', '{\n  "name": "mine",\n  "about": oops\n}\n');
    expect(await errorOf(path)).toMatchObject({
      what: 'the scenario file is not JSON',
      where: `${path}:3`,
      todo: expect.stringMatching(/^mend it: ./),
    });
    const early = file('early.json', '{\n  "a": [1,\n  }, "b": "}, }",\n  "c": }\n');
    expect((await errorOf(early)).where).toBe(`${early}:3`);
    const cut = file('cut.json', '{\n  "name": "mine",\n');
    expect((await errorOf(cut)).where).toBe(`${cut}:3`);
  });

  test.each([
    ['a field that is missing', { brain: undefined }, 'brain', 1, 'expected object'],
    ['a name with capitals', { name: 'Mine' }, 'name', 2, 'must be lower-case words joined by hyphens'],
    ['no acts', { caller: { voice: 'awb', acts: [] } }, 'caller.acts', 0, 'expected array to have >=1'],
    ['an unknown act', { caller: { voice: 'awb', acts: [{ kind: 'sing' }] } }, 'caller.acts.0.kind', 0, ''],
    [
      'an utterance of pauses only',
      { caller: { voice: 'awb', acts: [{ kind: 'say', parts: [{ pauseMs: 5 }] }] } },
      'caller.acts.0.parts',
      0,
      'must hold at least one text',
    ],
    [
      'a pattern that is none',
      { brain: { ...singleTurn.brain, replies: [{ when: '(', say: 'x' }] } },
      'brain.replies.0.when',
      0,
      'must be a valid regular expression',
    ],
    ['a field nobody knows', { color: 'red' }, 'the file', 1, 'Unrecognized key: "color"'],
  ])('with %s is told file, line, field and reason', async (_name, change, field, line, reason) => {
    const path = file('malformed.json', { ...singleTurn, ...change });
    const error = await errorOf(path);
    expect(error.what).toBe('the scenario file is malformed');
    expect(error.where).toMatch(new RegExp(`:\\d+, field ${field}$`));
    if (line > 0) expect(error.where).toBe(`${path}:${line}, field ${field}`);
    expect(error.todo).toContain(reason);
  });

  test('with a target that is no KPI is told the nearest', async () => {
    const targets = [{ kpi: 'unanswered_turn', statistic: 'value', comparison: '=', bound: 0 }];
    const { code, stderr } = await scenario(file('target.json', { ...singleTurn, targets }));
    expect(code).toBe(2);
    expect(stderr).toContain('field targets.0');
    expect(stderr).toContain('unanswered_turns');
  });
});

describe('a TypeScript file', () => {
  const story = (name: string) =>
    `export const ${name} = { ...${JSON.stringify({ ...singleTurn, name: name.toLowerCase() })} };\n`;

  test('that exports one scenario is played', async () => {
    const { code, stdout, stderr } = await scenario(file('good.ts', story('mine')), '--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ scenario: 'mine', verdict: 'pass' });
    expect(code).toBe(0);
  });

  test('with a syntax error is told file and line', async () => {
    const path = file('syntax.ts', `${story('mine')}\nconst half = ;\n`);
    const { code, stderr } = await scenario(path);
    expect(code).toBe(2);
    expect(stderr).toContain('the scenario file cannot be loaded');
    expect(stderr).toContain(`at: ${path}:3`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(3);
  });

  test('that throws is told file, line and reason', async () => {
    const path = file('throws.ts', "\nthrow new Error('not today');\n");
    const { code, stderr } = await scenario(path);
    expect(code).toBe(2);
    expect(stderr).toContain(`at: ${path}:2`);
    expect(stderr).toContain('not today');
  });

  test.each([
    ['two scenarios', story('one') + story('two'), 'exports 2 scenarios instead of one'],
    ['none', 'export const answer = 42;\n', 'exports 0 scenarios instead of one'],
  ])('that exports %s is told so', async (name, text, reason) => {
    const { code, stderr } = await scenario(file(`${name.replace(' ', '-')}.ts`, text));
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('export exactly one');
  });

  test('that is not there is told so', async () => {
    const { code, stderr } = await scenario(join(folder, 'nowhere.ts'));
    expect(code).toBe(2);
    expect(stderr).toContain('the scenario file cannot be read');
  });
});

describe('a line that nobody has recorded', () => {
  const { caller } = singleTurn;
  const acts = [
    ...caller.acts.slice(0, 1),
    { kind: 'say', parts: [{ text: 'Is it far?' }] },
    { kind: 'hang_up' },
  ];

  test('is refused before the run, with its text, its voice and what to do', async () => {
    const path = file('unrecorded.json', { ...singleTurn, caller: { ...caller, acts } });
    expect(await errorOf(path)).toEqual({
      what: 'no recording of voice awb says "Is it far?"',
      where: `${path}, caller.acts.1`,
      todo: expect.stringContaining(`record it: npm run speech -- ${path}`),
      exit: 2,
    });
    const { code, stdout, stderr } = await scenario(path);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no recording of voice awb says "Is it far?"');
  });

  test('is as much refused when another voice has recorded it', async () => {
    const path = file('voice.json', { ...singleTurn, caller: { ...caller, voice: 'slt' } });
    expect((await errorOf(path)).what).toBe(
      'no recording of voice slt says "What time do you open tomorrow?"',
    );
  });
});

describe('a flag', () => {
  const profile = file('profile.json', '{ "schema": "latency-profile/1" }');

  test.each([
    ['--providers', 'nowhere.json', 'no such file, and not one of prd, published'],
    ['--providers', profile, 'name: Invalid input: expected string, received undefined (and 2 more)'],
    ['--network', 'good-wify', 'did you mean "good-wifi"? Otherwise use one of loopback, datacentre'],
    ['--network', 'delay=-20ms', 'delay'],
    ['--world', 'matrix', 'sim, loopback, live'],
    ['--runs', '0', 'whole number from 1'],
    ['--seed', '-1', 'whole number from 0'],
  ])('%s %s is refused with what is allowed', async (flag, value, expected) => {
    const { code, stdout, stderr } = await scenario('single-turn', `${flag}=${value}`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
    expect(stderr).toContain(flag);
    expect(stderr.trimEnd().split('\n')).toHaveLength(3);
  });
});
