// The page that goes into the room, made from `agent/web/bridge` with everything it needs: one script, which
// includes Daily's own, and two audio worklets. What Daily's script then loads, its call machine, comes from
// Daily (https://c.daily.co); nothing else comes from elsewhere.
import { fileURLToPath } from 'node:url';

export type BridgeFiles =
  /** Texts of scripts by their name, without `.js`. */
  | { readonly ok: true; readonly scripts: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly reason: string };

/** `pages`: scripts of pages by name; `bridge` is the one that is opened for a call. */
export async function buildBridge(pages: Readonly<Record<string, URL>>): Promise<BridgeFiles> {
  try {
    const { build } = await import('esbuild');
    const entries = Object.entries({ ...WORKLETS, ...pages });
    const { outputFiles } = await build({
      entryPoints: entries.map(([out, address]) => ({ out, in: fileURLToPath(address) })),
      outdir: '/',
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
      logLevel: 'silent',
    });
    const named = outputFiles.map(({ path, text }): [string, string] => [
      path.replaceAll('\\', '/').replace(/^.*\/|\.js$/g, ''),
      text,
    ]);
    return { ok: true, scripts: new Map(named) };
  } catch (error) {
    // The bundler rejects with what it could not find or read.
    const words = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: words.replaceAll(/\s+/g, ' ') };
  }
}

export const BRIDGE_PAGE = new URL('../../web/bridge/main.ts', import.meta.url);

const WORKLETS = {
  capture: new URL('../../web/worklet/capture.ts', import.meta.url),
  player: new URL('../../web/worklet/player.ts', import.meta.url),
} as const;

export const documentOf = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><title>${script}</title><script src="${script}.js"></script>\n`;
