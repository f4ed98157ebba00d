// The talk page over HTTP: one document, one style sheet, one script and two audio worklets, made from
// `agent/web` when the server starts. It promises that the page needs nothing from any other host: the
// policy sent with it forbids that. It refuses nothing, but answers only for its own addresses.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { HttpAnswer, HttpQuestion } from './route.ts';

export type PageOptions = {
  /** What the page is told about this server, as JSON in the document. */
  readonly config: unknown;
};

/** Answers for the page's own addresses. */
export type TalkPages = (question: HttpQuestion) => HttpAnswer | undefined;

/** Builds the page. Rejects with what the bundler found wrong, a mistake of ours. */
export async function makeTalkPage({ config }: PageOptions): Promise<TalkPages> {
  const [template, files] = await Promise.all([readFile(DOCUMENT, 'utf8'), bundled()]);
  // A closing tag in a text of the configuration must not end the element around it.
  const json = JSON.stringify(config).replaceAll('<', '\\u003c');
  files.set('/', {
    type: 'text/html; charset=utf-8',
    body: template.replace('id="config">{}', () => `id="config">${json}`),
  });
  return (question) => answerOf(question, files);
}

type PageFile = { readonly type: string; readonly body: string };

const DOCUMENT = new URL('../web/talk.html', import.meta.url);

/** Script and style of the page, and what runs on the audio thread, by address. */
const ENTRIES = {
  talk: new URL('../web/main.ts', import.meta.url),
  capture: new URL('../web/worklet/capture.ts', import.meta.url),
  player: new URL('../web/worklet/player.ts', import.meta.url),
  style: new URL('../web/talk.css', import.meta.url),
} as const;

async function bundled(): Promise<Map<string, PageFile>> {
  const { build } = await import('esbuild');
  const entries = Object.entries(ENTRIES).map(([out, address]) => ({ out, in: fileURLToPath(address) }));
  const { outputFiles } = await build({
    entryPoints: entries,
    outdir: '/',
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent',
  });
  return new Map(
    outputFiles.map(({ path, text }) => {
      const name = path.replaceAll('\\', '/').replace(/^.*\//, '/');
      const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
      return [name, { type: `${type}; charset=utf-8`, body: text }];
    }),
  );
}

function answerOf(
  { method, path }: HttpQuestion,
  files: ReadonlyMap<string, PageFile>,
): HttpAnswer | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const file = files.get(path);
  if (file === undefined) return undefined;
  return { status: 200, headers: { ...HEADERS, 'content-type': file.type }, body: file.body };
}

/** Nothing from elsewhere, nothing inline, in nobody's frame; the microphone for this page alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};
