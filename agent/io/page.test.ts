// The talk page as a browser gets it: complete, small, and allowed to ask nobody else for anything.
import { expect, test } from 'vitest';
import { makeTalkPage } from './page.ts';
import type { HttpAnswer } from './route.ts';

const pages = await makeTalkPage({ config: { demo: true, note: '</script>' } });
const get = (path: string): HttpAnswer | undefined => pages({ method: 'GET', path, headers: {}, body: '' });
const text = (path: string): string => String(get(path)?.body ?? '');

test('everything that the page names is there', () => {
  const named = Array.from(text('/').matchAll(/(?:src|href)="(\/[^"]*)"/g), ([, path = '']) => path);
  expect(named).toEqual(['/style.css', '/talk.js']);
  for (const path of [...named, '/capture.js', '/player.js']) expect(get(path)?.status).toBe(200);
});

test('its policy lets it talk to its own server and to nobody else', () => {
  const policy = get('/')?.headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  for (const path of ['/', '/style.css', '/talk.js']) expect(text(path)).not.toMatch(/https?:\/\//);
});

test('what it is told cannot end the element that it stands in', () => {
  expect(text('/')).toContain('{"demo":true,"note":"\\u003c/script>"}');
});

test('it is small, and loads at once on a slow line', () => {
  const bytes = ['/', '/style.css', '/talk.js', '/capture.js', '/player.js'].map((path) => text(path).length);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
});

test('addresses that are not its own are left to others', () => {
  expect(get('/status')).toBeUndefined();
  expect(pages({ method: 'POST', path: '/', headers: {}, body: '' })).toBeUndefined();
});
