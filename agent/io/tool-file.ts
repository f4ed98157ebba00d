// The tools of an app, from a module of its own: everything it exports that `defineTool` made, alone or in
// an array. A file that cannot be read, that throws, or that holds a tool which cannot work is a problem
// with a name, before anybody calls.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Tool, toolFault } from '../tool/define.ts';
import type { StartProblem } from './env.ts';

export type LoadedTools =
  | { readonly ok: true; readonly tools: readonly Tool[] }
  | { readonly ok: false; readonly problem: StartProblem };

/** `path` relative to the working directory; '' is no tools. */
export async function loadTools(path: string): Promise<LoadedTools> {
  if (path === '') return { ok: true, tools: [] };
  const refuse = (what: string, where: string, todo: string): LoadedTools => ({
    ok: false,
    problem: { what, where, todo },
  });
  let exports: Record<string, unknown>;
  try {
    exports = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(
      `the tools cannot be loaded: ${reason}`,
      `TOOLS_FILE ${path}`,
      'mend the file, or its path',
    );
  }
  const tools = Object.values(exports).flat().filter(isTool);
  if (tools.length === 0) {
    const todo = 'export const mine = defineTool({ … })';
    return refuse('the file of tools exports none', `TOOLS_FILE ${path}`, todo);
  }
  const fault = toolFault(tools);
  if (fault === undefined) return { ok: true, tools };
  const where = `TOOLS_FILE ${path}, tool ${JSON.stringify(fault.tool)}, field ${fault.field}`;
  return refuse(`a tool cannot work: ${fault.field} ${fault.reason}`, where, 'mend its definition');
}

const isTool = (value: unknown): value is Tool =>
  typeof value === 'object' &&
  value !== null &&
  'run' in value &&
  'check' in value &&
  'parameters' in value &&
  'name' in value &&
  typeof value.run === 'function';
