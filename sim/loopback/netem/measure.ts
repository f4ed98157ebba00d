// WebSocket streams through a network impaired by the kernel: two programs in two namespaces, and the
// one-way delay of every frame in both directions. It needs what `netemCapability` asks for, and takes
// as long as the workload says and a bounded time more.
import type { Impairment } from '#sim/network/impairment.ts';
import { exchange, Peer } from './peer.ts';
import { type NetemResult, withNetem } from './session.ts';
import type { Delays, Workload } from './workload.ts';

/** One network and what to send through it; plain data, so that it can travel into a guest. */
export type Condition = { readonly impairment: Impairment; readonly workload: Workload };

const PORT = 7700;

/** Rejects when one of the two programs ends without a report. */
export function measureNetem({ impairment, workload }: Condition): Promise<NetemResult<Delays>> {
  return withNetem(impairment, async (netem) => {
    const job = { address: netem.pair.far.address, port: PORT, workload };
    const far = new Peer((command) => netem.start('far', command), { ...job, role: 'listen' });
    await far.listening();
    const near = new Peer((command) => netem.start('near', command), { ...job, role: 'connect' });
    return exchange(near, far);
  });
}

/** Every condition in turn; one that cannot be measured is answered with the reason, in words. */
export async function answerConditions(
  conditions: readonly Condition[],
  tell: (line: string) => void,
): Promise<(Delays | string)[]> {
  const answers: (Delays | string)[] = [];
  for (const condition of conditions) {
    tell(`${condition.impairment.name} …`);
    answers.push(await answer(condition));
  }
  return answers;
}

async function answer(condition: Condition): Promise<Delays | string> {
  try {
    const result = await measureNetem(condition);
    if (result.ok) return result.value;
    if (result.kind === 'failed') return `${result.command.join(' ')}: ${result.stderr}`;
    return result.refusals.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
