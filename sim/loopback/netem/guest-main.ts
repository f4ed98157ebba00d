// The program that runs inside the guest machine: it measures every condition of the job with the
// same wrapper that is used where the host's kernel has netem, and writes the answer where the host
// finds it.
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { netemCapability } from './capability.ts';
import { ANSWER_FILE, CONSOLE_MARK, type GuestAnswer, type GuestJob, JOB_FILE } from './guest-job.ts';
import { answerConditions } from './measure.ts';

const folder = process.argv[2] ?? '.';
const job = JSON.parse(readFileSync(join(folder, JOB_FILE), 'utf8')) as GuestJob;
const capability = netemCapability();
const tell = (line: string): void => void process.stderr.write(`${CONSOLE_MARK}${line}\n`);
const measured = capability.ok ? await answerConditions(job.conditions, tell) : [];
const answer: GuestAnswer = {
  kernel: release(),
  missing: capability.ok ? [] : capability.missing,
  measured,
};
writeFileSync(join(folder, ANSWER_FILE), JSON.stringify(answer));
