// What is answered over HTTP about the agent itself: is it alive, does it take calls, its figures, and the
// dashboard. Figures and dashboard are for who may look; the first two are for anybody, and say no more.
import { type HttpAnswer, type HttpQuestion, json } from '../route.ts';
import { mayLook } from './access.ts';
import type { Observer } from './observer.ts';
import { makeDashboard, type PageFile } from './page.ts';

/** Answers for its own addresses; undefined for others. */
export type ObserverPages = (question: HttpQuestion) => HttpAnswer | Promise<HttpAnswer> | undefined;

export function observerPages(observer: Observer): ObserverPages {
  let page: Promise<ReadonlyMap<string, PageFile>> | undefined;
  const looked = async (path: string): Promise<HttpAnswer> => {
    if (path === '/metrics') {
      const headers = { ...PRIVATE, 'content-type': observer.metrics.contentType };
      return { status: 200, headers, body: await observer.metrics.text() };
    }
    if (path === '/dashboard.json') return json(200, observer.overview(), PRIVATE);
    // Made when somebody looks for the first time: the bundler takes a moment that no start should wait for.
    page ??= makeDashboard();
    const file = (await page).get(path);
    if (file === undefined) return json(404, { detail: `nothing at GET ${path}` });
    return { status: 200, headers: file.headers, body: file.body };
  };
  return (question) => {
    const { method, path } = question;
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (path === '/healthz') return json(200, { status: 'ok' }, PRIVATE);
    if (path === '/readyz') return readiness(observer);
    if (!PATHS.has(path)) return undefined;
    const look = mayLook(question, observer.settings.token);
    return look.ok ? looked(path) : refusal(look.status, look.reason);
  };
}

const PATHS: ReadonlySet<string> = new Set([
  '/metrics',
  '/dashboard',
  '/dashboard.json',
  '/dashboard.js',
  '/dashboard.css',
]);

const PRIVATE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function readiness({ door }: Observer): HttpAnswer {
  const { state, reason } = door;
  if (state === 'ready') return json(200, { status: state }, PRIVATE);
  return json(503, { status: state, detail: reason }, PRIVATE);
}

function refusal(status: 401 | 403, detail: string): HttpAnswer {
  const asks = status === 401 ? { 'www-authenticate': 'Basic realm="Parley", charset="UTF-8"' } : {};
  return json(status, { detail }, { ...PRIVATE, ...asks });
}
