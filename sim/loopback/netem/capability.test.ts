import { expect, it } from 'vitest';
import { attempt, missingPart, missingProgram, missingRights, netemCapability } from './capability.ts';
import { ownerOf, PREFIX } from './owner.ts';
import { namespaceNames } from './session.ts';

const status = (effective: string): string => `Name:\tnode\nCapPrm:\t0000000000000000\n${effective}\n`;

it('reads from the process which rights it lacks', () => {
  expect(missingRights(status('CapEff:\t000001ffffffffff'))).toEqual([]);
  expect(missingRights(status('CapEff:\t0000000000201000'))).toEqual([]);
  expect(missingRights(status('CapEff:\t0000000000200000'))[0]?.what).toBe('the right CAP_NET_ADMIN');
  const none = 'the rights CAP_NET_ADMIN and CAP_SYS_ADMIN';
  expect(missingRights(status('CapEff:\t0000000000000000'))[0]?.what).toBe(none);
  expect(missingRights('no such line')[0]?.what).toBe(none);
});

it('names the package of a program that is not there', () => {
  expect(missingProgram('tc', attempt(['parley-no-such-program']))).toEqual([
    { what: 'the program "tc" (iproute2)', todo: 'apt-get install -y iproute2' },
  ]);
  expect(missingProgram('node', attempt([process.execPath, '--version']))).toEqual([]);
});

it('tells a kernel without netem from one without veth pairs or namespaces', () => {
  const unknown = { status: 2, stderr: 'Error: Specified qdisc kind is unknown.\n' };
  expect(missingPart('netem', unknown)).toEqual([
    {
      what:
        'the netem qdisc in this kernel (CONFIG_NET_SCH_NETEM;' +
        ' the system said: Error: Specified qdisc kind is unknown.)',
      todo: 'modprobe sch_netem, or a kernel that has it, or without either: npm run validate:netem',
    },
  ]);
  const refused = { status: 255, stderr: 'mount --make-shared /run/netns failed: Operation not permitted' };
  expect(missingPart('namespace', refused)[0]?.todo).toContain('--privileged');
  expect(missingPart('veth', { status: 2, stderr: 'Error: Unknown device type.' })[0]?.what).toContain(
    'veth',
  );
  expect(missingPart('tbf', unknown)[0]?.what).toContain('CONFIG_NET_SCH_TBF');
  expect(missingPart('netem', { status: 0, stderr: '' })).toEqual([]);
});

it('asks this machine, says what is missing with a way to get it, and leaves nothing behind', () => {
  const capability = netemCapability();
  const missing = capability.ok ? [] : capability.missing;
  for (const { what, todo } of missing) expect([what.length > 0, todo.length > 0]).toEqual([true, true]);
  expect(capability.ok).toBe(missing.length === 0);
  expect(namespaceNames()).not.toContain(`${PREFIX}${ownerOf()}-probe`);
});
