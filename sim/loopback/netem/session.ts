// Two network namespaces joined by an impaired pair of devices, for as long as a piece of work takes.
// Whatever happens to the work (an exception, SIGINT, SIGTERM, SIGHUP, the end of the process), both
// namespaces and everything that runs in them are gone afterwards; what a killed process (SIGKILL)
// left is removed by the next one. It refuses profiles that netem cannot express.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Impairment } from '#sim/network/impairment.ts';
import { attempt } from './capability.ts';
import { type Command, impairedPair, type Pair, type Refusal } from './command.ts';
import { isLeftOver, ownerOf, PREFIX } from './owner.ts';
import { onEveryWayOut } from './way-out.ts';

export type Netem = {
  readonly pair: Pair;
  /** Runs a program inside one of the namespaces; it is killed when the work ends, if it still runs. */
  start(side: keyof Pair, command: Command, options?: SpawnOptions): ChildProcess;
};

export type NetemResult<T> =
  | { readonly ok: true; readonly value: T }
  /** The profile cannot be expressed. */
  | { readonly ok: false; readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  /** A command failed: rights, kernel or a wrong number; `netemCapability` says which of the first two. */
  | { readonly ok: false; readonly kind: 'failed'; readonly command: Command; readonly stderr: string };

/** Builds the network, works in it, and takes it down; an exception of `work` passes after that. */
export async function withNetem<T>(
  impairment: Impairment,
  work: (netem: Netem) => Promise<T>,
): Promise<NetemResult<T>> {
  removeLeftOvers();
  const pair = freePair();
  const mapped = impairedPair(impairment, pair);
  if (!mapped.ok) return { ok: false, kind: 'refused', refusals: mapped.refusals };
  const namespaces = [pair.near.namespace, pair.far.namespace];
  const release = onEveryWayOut(() => namespaces.forEach(removeNamespace));
  try {
    for (const command of mapped.commands) {
      const { status, stderr } = attempt(command);
      if (status !== 0) return { ok: false, kind: 'failed', command, stderr: stderr.trim() };
    }
    const value = await work({
      pair,
      start: (side, command, options = {}) => {
        const inside: Command = ['ip', 'netns', 'exec', pair[side].namespace, ...command];
        return spawn(inside[0], inside.slice(1), options);
      },
    });
    return { ok: true, value };
  } finally {
    release();
  }
}

/** Names of the namespaces that processes which no longer run have left behind; removes them. */
export function removeLeftOvers(): readonly string[] {
  const names = namespaceNames().filter(isLeftOver);
  names.forEach(removeNamespace);
  return names;
}

/** Namespaces on this machine, ours and others. */
export function namespaceNames(): readonly string[] {
  const { stdout } = attempt(['ip', 'netns', 'list']);
  return stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
}

/** Devices and qdiscs go with their namespace, and that goes with its last process. */
function removeNamespace(name: string): void {
  if (!namespaceNames().includes(name)) return;
  for (const pid of attempt(['ip', 'netns', 'pids', name]).stdout.split(/\s+/).filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  attempt(['ip', 'netns', 'del', name]);
}

/** The first pair of names that this process does not use yet. */
function freePair(): Pair {
  const taken = new Set(namespaceNames());
  let index = 0;
  const name = (side: string): string => `${PREFIX}${ownerOf()}-${index}-${side}`;
  while (taken.has(name('near')) || taken.has(name('far'))) index += 1;
  return {
    near: {
      namespace: name('near'),
      device: 'parley0',
      address: '10.77.0.1',
      ethernet: '02:00:00:00:00:01',
    },
    far: { namespace: name('far'), device: 'parley1', address: '10.77.0.2', ethernet: '02:00:00:00:00:02' },
  };
}
