// The program that runs inside the guest machine: it measures every condition of the job with the
// same wrapper that is used where the host's kernel has netem, and writes the answer where the host
// finds it. A condition that cannot be measured is answered with the reason.
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { netemCapability } from './capability.ts';
import { ANSWER_FILE, CONSOLE_MARK, type GuestAnswer, type GuestJob, JOB_FILE } from './guest-job.ts';
import { type Condition, measureNetem } from './measure.ts';
import type { Delays } from './workload.ts';

const folder = process.argv[2] ?? '.';
const job = JSON.parse(readFileSync(join(folder, JOB_FILE), 'utf8')) as GuestJob;
const capability = netemCapability();
const measured: (Delays | string)[] = [];
for (const condition of capability.ok ? job.conditions : []) {
  process.stderr.write(`${CONSOLE_MARK}${condition.impairment.name} …\n`);
  measured.push(await measure(condition));
}
const answer: GuestAnswer = {
  kernel: release(),
  missing: capability.ok ? [] : capability.missing,
  measured,
};
writeFileSync(join(folder, ANSWER_FILE), JSON.stringify(answer));

async function measure(condition: Condition): Promise<Delays | string> {
  try {
    const result = await measureNetem(condition);
    if (result.ok) return result.value;
    if (result.kind === 'failed') return `${result.command.join(' ')}: ${result.stderr}`;
    return result.refusals.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
