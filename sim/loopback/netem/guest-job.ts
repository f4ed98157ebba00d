// What a guest machine is told and what it answers, as two JSON files in the folder it shares with
// its host.
import type { Missing } from './capability.ts';
import type { Condition } from './measure.ts';
import type { Delays } from './workload.ts';

export const JOB_FILE = 'job.json';
export const ANSWER_FILE = 'answer.json';
/** Lines on the guest's console that are meant for people begin with this. */
export const CONSOLE_MARK = 'parley: ';

export type GuestJob = { readonly conditions: readonly Condition[] };

export type GuestAnswer = {
  readonly kernel: string;
  readonly missing: readonly Missing[];
  /** One per condition, in order; a text says what kept it from being measured. */
  readonly measured: readonly (Delays | string)[];
};
