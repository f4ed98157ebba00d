// What runs in the reader's browser, made from `browser/` at report time: one script and one style
// sheet, charts included, with nothing left to fetch. Equal sources give equal bytes.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type Bundle = { readonly script: string; readonly style: string };

export async function bundlePage(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: ['main.ts', 'page.css'].map((name) =>
      fileURLToPath(new URL(`./browser/${name}`, import.meta.url)),
    ),
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
