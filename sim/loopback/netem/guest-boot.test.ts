import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attempt } from './capability.ts';
import { bootWords, initScript, moduleFiles } from './guest-boot.ts';

it('loads each module after what it depends on, once', () => {
  const root = mkdtempSync(join(tmpdir(), 'parley-test-'));
  mkdirSync(join(root, '6.1.0'));
  const dep = [
    'kernel/net/sched/sch_netem.ko: kernel/lib/second.ko kernel/lib/first.ko',
    'kernel/net/sched/sch_tbf.ko: kernel/lib/first.ko',
    'kernel/drivers/net/veth.ko:',
  ];
  writeFileSync(join(root, '6.1.0', 'modules.dep'), dep.join('\n'));
  const modules = moduleFiles(root, '6.1.0');
  const names = modules.ok ? modules.files.map((file) => file.split('/').at(-1)) : [];
  expect(names).toEqual(['veth.ko', 'first.ko', 'second.ko', 'sch_netem.ko', 'sch_tbf.ko']);
  writeFileSync(join(root, '6.1.0', 'modules.dep'), dep.slice(1).join('\n'));
  expect(moduleFiles(root, '6.1.0')).toEqual({ ok: false, reason: 'no module sch_netem for 6.1.0' });
  expect(moduleFiles(root, '9.9.9').ok).toBe(false);
  rmSync(root, { recursive: true });
});

it('boots with the files of this machine read-only and nothing in a home directory', () => {
  const words = bootWords('/tmp/folder', '/tmp/folder/init');
  expect(words).toEqual(expect.arrayContaining(['root=/dev/root', 'rootfstype=hostfs', 'ro', 'noreboot']));
  expect(words).toContain('uml_dir=/tmp/folder');
  expect(words).not.toContain('rw');
});

it('writes a first process that any shell understands, whatever the names hold', () => {
  const script = initScript({
    folder: "/tmp/it's here",
    modules: ['/a.ko', '/b c.ko'],
    command: ['node', 'main.ts', '$(reboot)'],
    secondsMax: 12.5,
  });
  expect(attempt(['sh', '-n', '-c', script]).status).toBe(0);
  expect(script).toContain("mount -t hostfs none '/tmp/it'\\''s here' -o '/tmp/it'\\''s here'");
  expect(script).toContain("timeout -k 5 13 'node' 'main.ts' '$(reboot)'");
});
