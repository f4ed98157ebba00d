// `npm run validate`: the network models laid beside measurements of real stacks. Exit 0 when every
// target holds, 1 when one is missed, 2 when a table cannot be read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatError, type UserError } from '../error.ts';

export type ValidateOptions = {
  /** Table of measured TCP conditions (CSV). */
  readonly tcp?: string;
  /** Table of measured WebRTC conditions (CSV). */
  readonly webrtc?: string;
  /** Folder of the RTP arrivals that belong to it. */
  readonly arrivals?: string;
  readonly json?: boolean;
  /** Folder for the result as a file. */
  readonly out?: string;
};

export async function run(options: ValidateOptions): Promise<number> {
  if (options.tcp === undefined && options.webrtc === undefined) {
    const todo = 'give --tcp <csv>, --webrtc <csv> (with --arrivals <folder>), or both';
    return refuse('nothing to validate', 'command line: validate', todo);
  }
  const parts: Part[] = [];
  if (options.tcp !== undefined) parts.push(await tcpPart(options.tcp));
  if (options.webrtc !== undefined) parts.push(await webrtcPart(options.webrtc, options.arrivals));
  for (const { report, flag } of parts) {
    if (!report.ok)
      return refuse(
        report.reason,
        flag,
        'give a table with these columns and figures; see scenarios/README.md',
      );
  }
  const result = Object.fromEntries(parts.map(({ name, report }) => [name, report]));
  const json = `${JSON.stringify({ schema: 'parley-validate/1', ...result }, null, 2)}\n`;
  if (options.out !== undefined) {
    const written = write(options.out, json);
    if (written !== undefined) return written;
  }
  process.stdout.write(options.json === true ? json : parts.map(({ text }) => text).join('\n'));
  return parts.every(({ report }) => report.ok && report.holds) ? 0 : 1;
}

type Part = {
  readonly name: 'tcp' | 'webrtc';
  readonly flag: string;
  readonly report:
    | { readonly ok: true; readonly holds: boolean }
    | { readonly ok: false; readonly reason: string };
  readonly text: string;
};

async function tcpPart(table: string): Promise<Part> {
  const { validateTcp } = await import('../validate/tcp.ts');
  const { tcpText } = await import('../validate/tcp-text.ts');
  const report = await validateTcp({ table, progress });
  return { name: 'tcp', flag: `--tcp ${table}`, report, text: tcpText(report) };
}

async function webrtcPart(table: string, arrivals: string | undefined): Promise<Part> {
  const { validateWebrtc } = await import('../validate/webrtc.ts');
  const { webrtcText } = await import('../validate/webrtc-text.ts');
  const report = await validateWebrtc({ table, progress, ...(arrivals === undefined ? {} : { arrivals }) });
  return { name: 'webrtc', flag: `--webrtc ${table}`, report, text: webrtcText(report) };
}

/** One line that is written over, where somebody is looking. */
function progress(done: number, total: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${done} of ${total} conditions${done === total ? '\n' : ''}`);
}

/** Writes the result; the exit code if the disk refuses. */
function write(folder: string, json: string): number | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'result.json'), json);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(
      `the result cannot be written: ${reason}`,
      `--out ${folder}`,
      'give a folder that can be written',
    );
  }
}

function refuse(what: string, where: string, todo: string): number {
  const error: UserError = { what, where, todo, exit: 2 };
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
