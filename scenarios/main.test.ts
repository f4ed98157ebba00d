import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseResult } from '#reports/result.ts';
import { singleTurn } from './library/single-turn.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
let out = '';
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'parley-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

function parley(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

/** Exit code and the three lines: what, where, what to do. Nothing else, and nothing on stdout. */
function refusal(...words: string[]): { code: number | null; what: string; where: string; todo: string } {
  const { code, stdout, stderr } = parley(...words);
  expect(stdout).toBe('');
  const [what = '', where = '', todo = '', ...rest] = stderr.split('\n');
  expect(rest).toEqual(['']);
  return { code, what, where: where.replace(/^ {2}at: /, ''), todo: todo.replace(/^ {2}do: /, '') };
}

test('an unknown scenario: the known ones are listed and the nearest is suggested', () => {
  const { code, what, where, todo } = refusal('scenario', 'singel-turn');
  expect(code).toBe(2);
  expect(what).toBe('unknown scenario "singel-turn"');
  expect(where).toContain('single-turn');
  expect(todo).toContain('did you mean "single-turn"?');
});

test('an unknown flag is named, with the one that was meant', () => {
  const { code, what, where, todo } = refusal('scenario', 'single-turn', '--wurld', 'sim');
  expect(code).toBe(2);
  expect(what).toBe("unknown option '--wurld'");
  expect(where).toContain('--wurld');
  expect(todo).toContain('--world');
});

test.each([
  { flag: '--world', value: 'mars', code: 2, allowed: 'sim, loopback, live' },
  { flag: '--transport', value: 'daily', code: 2, allowed: 'websocket' },
  { flag: '--codec', value: 'mp3', code: 2, allowed: 'pcm16, mulaw, opus' },
  { flag: '--codec', value: 'opus', code: 2, allowed: '--client parley' },
  { flag: '--policy', value: 'polite', code: 2, allowed: 'parley, pipecat-default, livekit-default' },
  { flag: '--network', value: 'carrier-pigeon', code: 2, allowed: 'delay=40ms' },
  { flag: '--providers', value: 'nobody', code: 2, allowed: 'prd, published' },
  { flag: '--runs', value: '0', code: 2, allowed: '1 to 20000' },
  { flag: '--seed', value: '-1', code: 2, allowed: '0 to 4294967295' },
])('$flag $value is refused with what is allowed', ({ flag, value, code, allowed }) => {
  const refused = refusal('scenario', 'single-turn', flag, value);
  expect(refused.code).toBe(code);
  expect(refused.where).toContain(`${flag} ${value}`);
  expect(refused.todo).toContain(allowed);
});

test('WebRTC carries Opus and nothing else, whoever calls', () => {
  const refused = refusal('scenario', 'single-turn', '--transport', 'webrtc', '--codec', 'mulaw');
  expect(refused).toMatchObject({ code: 2, what: 'WebRTC carries Opus' });
  expect(refused.where).toBe('--transport webrtc --codec mulaw');
});

test('a missing name, an unknown verb and a number that is none are explained the same way', () => {
  expect(refusal('scenario')).toMatchObject({ code: 2, what: "missing required argument 'name'" });
  expect(refusal('scenari').todo).toContain('scenario');
  expect(refusal('parity', '--seed', 'x')).toMatchObject({ code: 2 });
});

test('a folder that cannot be written is found before anything is played', () => {
  const refused = refusal('scenario', 'single-turn', '--out', MAIN);
  expect(refused).toMatchObject({ code: 2, where: `--out ${MAIN}` });
});

test('a file that Node would take for something older is refused before Node complains', () => {
  const folder = join(out, 'older');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(folder, 'my.ts'), 'export const mine = {};');
  expect(refusal('scenario', join(folder, 'my.ts')).todo).toContain('npm pkg set type=module');
});

test('it says its version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(parley('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('help is on stdout and no failure', () => {
  const { code, stdout, stderr } = parley('scenario', '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('--network <profile>');
});

test('a scenario played: JSON alone on stdout, and the same result in its file beside the trace', () => {
  const { code, stdout, stderr } = parley('scenario', 'single-turn', '--json', '--out', out);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const folder = join(out, 'single-turn');
  expect(readFileSync(join(folder, 'result.json'), 'utf8')).toBe(stdout);
  expect(parseResult(stdout).ok).toBe(true);
  for (const name of ['report.html', 'trace.jsonl', 'trace.perfetto.json', 'summary.md', 'junit.xml']) {
    expect(existsSync(join(folder, name)), name).toBe(true);
  }
  const [first = ''] = readFileSync(join(folder, 'trace.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(first)).toHaveProperty('what');
});

test('several scenarios get a combined report, and plain progress without a terminal', () => {
  const { stdout, stderr } = parley('scenario', 'single-turn', 'barge-in', '--out', out);
  expect(stdout).toMatch(/^[✓✗] (PASS|FAIL) .*scenarios/);
  expect(stdout.trimEnd().split('\n').slice(-3)).toEqual([
    join(out, 'summary.md'),
    join(out, 'junit.xml'),
    expect.stringMatching(/<name>.report\.html, and beside it result\.json, .*trace\.perfetto\.json$/),
  ]);
  expect(stderr).toMatch(/^1 of 2 runs · 50 %/);
  expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('<testsuite name="barge-in"');
});

test('files of the same scenario have a folder each, and are replayed by their paths', () => {
  const targets = [{ kpi: 'voice_to_voice_ms', statistic: 'p50', comparison: '<', bound: 1 }];
  const paths = ['one.json', 'other one.json'].map((name) => join(out, name));
  for (const path of paths) writeFileSync(path, JSON.stringify({ ...singleTurn, targets }));
  const { code, stdout } = parley('scenario', ...paths, '--json', '--out', out);
  expect(code).toBe(1);
  const results = JSON.parse(stdout) as { origin: string; failures: { replay: string }[] }[];
  expect(results.map(({ origin }) => origin)).toEqual(paths);
  for (const [index, name] of [`${out}/one.json`, `'${out}/other one.json'`].entries()) {
    expect(results[index]?.failures[0]?.replay).toContain(`npm run scenario -- ${name} --seed 1 `);
  }
  expect(existsSync(join(out, 'one', 'trace.jsonl'))).toBe(true);
  expect(existsSync(join(out, 'other-one', 'trace.jsonl'))).toBe(true);
});

test('two files of one name do not overwrite each other, nor the library’s', () => {
  for (const folder of ['a', 'b']) {
    mkdirSync(join(out, folder));
    writeFileSync(join(out, folder, 'single-turn.json'), JSON.stringify(singleTurn));
  }
  const paths = ['a', 'b'].map((folder) => join(out, folder, 'single-turn.json'));
  parley('scenario', 'single-turn', ...paths, '--out', out);
  const origins = ['single-turn', 'single-turn-2', 'single-turn-3'].map((folder) => {
    const parsed = parseResult(readFileSync(join(out, folder, 'result.json'), 'utf8'));
    return parsed.ok ? parsed.result.origin : parsed.reason;
  });
  expect(origins).toEqual(['single-turn', ...paths]);
});

test('a campaign says how long it took on the wall, not the sum of its threads', () => {
  const startedMs = performance.now();
  const { stdout } = parley('scenario', 'single-turn', '--runs', '40', '--json', '--out', out);
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const parsed = parseResult(stdout);
  expect(parsed.ok && parsed.result.runs).toBe(40);
  expect(parsed.ok && parsed.result.wallSeconds).toBeLessThan(wallSeconds);
});

test('an option that npm took for its own is not ignored in silence', () => {
  const env = { ...process.env, npm_config_runs: 'true' };
  const words = [MAIN, 'scenario', 'single-turn', '5'];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
  expect(status).toBe(2);
  expect(stderr).toContain('options go behind --: npm run scenario -- single-turn --runs 5');
});

test('a malformed profile is told by its first field, and what to mend', () => {
  const path = join(out, 'profile.json');
  writeFileSync(path, JSON.stringify({ schema: 'latency-profile/1' }));
  const { what, todo } = refusal('scenario', 'single-turn', '--providers', path);
  expect(what).toMatch(/: name: .* \(and \d+ more\)$/);
  expect(what.length).toBeLessThan(200);
  expect(todo).toContain('mend that field');
});
