// Can this machine impair a network with netem, and if not, what is missing and where does one get
// it? Every part is tried for real in a namespace made for the purpose and removed again. It changes
// nothing that outlives it, and it never guesses from version numbers.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { ownerOf, PREFIX } from './owner.ts';

export type Missing = {
  /** What is not there, in words. */
  readonly what: string;
  /** How to get it, or how to do without. */
  readonly todo: string;
};

/** `ok: false` names everything missing that could be found without the first of it. */
export type Capability = { readonly ok: true } | { readonly ok: false; readonly missing: readonly Missing[] };

/** What a command of `ip` or `tc` came to: `status` undefined when it could not be started. */
export type Outcome = { readonly status: number | undefined; readonly stderr: string };

export function netemCapability(): Capability {
  if (process.platform !== 'linux') return { ok: false, missing: [NOT_LINUX] };
  const programs = ['ip', 'tc'].flatMap((program) => missingProgram(program, attempt([program, '-V'])));
  const rights = missingRights(readFileSync('/proc/self/status', 'utf8'));
  const missing = [...programs, ...rights];
  return missing.length > 0 ? { ok: false, missing } : probeKernel();
}

export function missingProgram(program: string, { status }: Outcome): Missing[] {
  if (status === 0) return [];
  return [{ what: `the program "${program}" (iproute2)`, todo: 'apt-get install -y iproute2' }];
}

/** Namespaces take CAP_SYS_ADMIN, what is in them CAP_NET_ADMIN; numbers of linux/capability.h. */
const RIGHTS: readonly (readonly [name: string, bit: bigint])[] = [
  ['CAP_NET_ADMIN', 12n],
  ['CAP_SYS_ADMIN', 21n],
];

/** Reads the effective capabilities out of `/proc/self/status`. */
export function missingRights(status: string): Missing[] {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  const held = mask === undefined ? 0n : BigInt(`0x${mask}`);
  const lacking = RIGHTS.filter(([, bit]) => ((held >> bit) & 1n) === 0n).map(([name]) => name);
  if (lacking.length === 0) return [];
  return [
    {
      what: `the right${lacking.length > 1 ? 's' : ''} ${lacking.join(' and ')}`,
      todo: `run as root (sudo), or without rights: npm run validate:netem`,
    },
  ];
}

type Step = 'namespace' | 'veth' | 'netem' | 'tbf';

/** What a failed step of the probe says about the kernel. */
export function missingPart(step: Step, { status, stderr }: Outcome): Missing[] {
  if (status === 0) return [];
  const said = stderr.trim().split('\n')[0] ?? '';
  const kernel = (part: string, option: string, module: string): Missing[] => [
    {
      what: `${part} in this kernel (${option}; the system said: ${said})`,
      todo: `modprobe ${module}, or a kernel that has it, or without either: npm run validate:netem`,
    },
  ];
  switch (step) {
    case 'namespace':
      return [
        {
          what: `network namespaces (CONFIG_NET_NS; the system said: ${said})`,
          todo: 'outside a container, or in one with --privileged; or npm run validate:netem',
        },
      ];
    case 'veth':
      return kernel('veth pairs', 'CONFIG_VETH', 'veth');
    case 'netem':
      return kernel('the netem qdisc', 'CONFIG_NET_SCH_NETEM', 'sch_netem');
    case 'tbf':
      return kernel('the tbf qdisc', 'CONFIG_NET_SCH_TBF', 'sch_tbf');
  }
}

function probeKernel(): Capability {
  const namespace = `${PREFIX}${ownerOf()}-probe`;
  const made = missingPart('namespace', attempt(['ip', 'netns', 'add', namespace]));
  if (made.length > 0) return { ok: false, missing: made };
  try {
    const pair = ['type', 'veth', 'peer', 'name', 'probe1'];
    const veth = missingPart('veth', attempt(['ip', '-n', namespace, 'link', 'add', 'probe0', ...pair]));
    // The loopback device takes a qdisc as well as any other.
    const qdisc = (...words: string[]): Outcome =>
      attempt(['tc', '-n', namespace, 'qdisc', 'replace', 'dev', 'lo', 'root', ...words]);
    const netem = missingPart('netem', qdisc('netem', 'delay', '1ms'));
    const tbf = missingPart('tbf', qdisc('tbf', 'rate', '1mbit', 'burst', '2kb', 'limit', '9kb'));
    const missing = [...veth, ...netem, ...tbf];
    return missing.length > 0 ? { ok: false, missing } : { ok: true };
  } finally {
    attempt(['ip', 'netns', 'del', namespace]);
  }
}

const ATTEMPT_MS_MAX = 10_000;

/** Runs a command to its end; a program that cannot be started is an outcome, too. */
export function attempt([program, ...words]: Command): Outcome & { readonly stdout: string } {
  const run = spawnSync(program, words, { encoding: 'utf8', timeout: ATTEMPT_MS_MAX });
  const failed = run.error === undefined ? '' : run.error.message;
  return { status: run.status ?? undefined, stdout: run.stdout ?? '', stderr: run.stderr || failed };
}

const NOT_LINUX: Missing = {
  what: 'Linux (netem and network namespaces are parts of its kernel)',
  todo: 'use the impairment proxy, which needs no kernel support',
};
