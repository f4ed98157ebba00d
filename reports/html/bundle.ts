// What runs in the reader's browser, made from `browser/` at report time: one script and one style
// sheet, charts included, with nothing left to fetch. Equal sources give equal bytes.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type Bundle = { readonly script: string; readonly style: string };

/** Where each page's script and style begin. */
const ENTRIES = {
  compare: [new URL('./browser/main.ts', import.meta.url), new URL('./browser/page.css', import.meta.url)],
  conversation: [
    new URL('./browser/conversation/main.ts', import.meta.url),
    new URL('./browser/conversation/page.css', import.meta.url),
  ],
} as const;

export async function bundlePage(page: keyof typeof ENTRIES = 'compare'): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: ENTRIES[page].map((address) => fileURLToPath(address)),
    outdir: 'page',
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    // The licences of the libraries inside ask to travel with them.
    legalComments: 'inline',
    logLevel: 'silent',
  });
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}
