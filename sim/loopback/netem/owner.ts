// Who made a thing outside this process (a namespace, a folder), written into its name: process id and
// start time. A later run can then tell what a killed one left behind from what a living one still
// uses, even when the id has been given to somebody else.
import { readFileSync } from 'node:fs';

/** Names begin with this, then the owner, then whatever the maker adds after a hyphen. */
export const PREFIX = 'parley-';

/** The part of a name that says whose it is: this process, unless another id is given. */
export function ownerOf(pid: number = process.pid): string | undefined {
  const started = startTime(pid);
  return started === undefined ? undefined : `${pid}.${started}`;
}

/** True for names that a process made which no longer runs; false for all other names. */
export function isLeftOver(name: string): boolean {
  const match = /^parley-((\d+)\.\d+)-/.exec(name);
  if (match === null) return false;
  return ownerOf(Number(match[2])) !== match[1];
}

/** Clock ticks between the start of the system and of the process, field 22 of its `stat`. */
function startTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses and may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}
