// Before a call in real time, the same call is played in virtual time until the code of agent, caller
// and vendors runs at the speed of a server that has answered before. Nothing of it reaches the result;
// a process rehearses once, whatever it plays afterwards.
import { threadCpuUsage } from 'node:process';
import { warmSockets } from '#sim/loopback/warm-up.ts';

/** About where the response of a just started process has come down to that of an old one. */
const CPU_MS = 2_000;

let rehearsed = false;

/**
 * `playOnce`: the call in virtual time. What it throws the real call throws again, where it counts.
 * Rejects when no port can be had.
 */
export async function rehearse(playOnce: () => Promise<unknown>): Promise<void> {
  if (rehearsed) return;
  rehearsed = true;
  await warmSockets();
  const started = threadCpuUsage();
  const usedMs = () => {
    const { user, system } = threadCpuUsage(started);
    return (user + system) / 1_000;
  };
  while (usedMs() < CPU_MS) {
    const played = await playOnce().then(
      () => true,
      () => false,
    );
    if (!played) return;
  }
}
