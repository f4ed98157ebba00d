// The dashboard over HTTP: one document, one style sheet, one script, made from `agent/web/dashboard`. The
// policy sent with it keeps it to this server: nothing inline, nothing from elsewhere, in nobody's frame.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export type PageFile = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

const FOLDER = new URL('../../web/dashboard/', import.meta.url);

/** Rejects with what the bundler found wrong, a mistake of ours. */
export async function makeDashboard(): Promise<ReadonlyMap<string, PageFile>> {
  const { build } = await import('esbuild');
  const entry = fileURLToPath(new URL('main.ts', FOLDER));
  const [document, style, { outputFiles }] = await Promise.all([
    readFile(new URL('dashboard.html', FOLDER), 'utf8'),
    readFile(new URL('dashboard.css', FOLDER), 'utf8'),
    build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
      logLevel: 'silent',
    }),
  ]);
  const file = (type: string, body: string): PageFile => ({
    headers: { ...HEADERS, 'content-type': `${type}; charset=utf-8` },
    body,
  });
  return new Map([
    ['/dashboard', file('text/html', document)],
    ['/dashboard.css', file('text/css', style)],
    ['/dashboard.js', file('text/javascript', outputFiles[0]?.text ?? '')],
  ]);
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'permissions-policy': 'microphone=(), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};
