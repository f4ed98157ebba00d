// A report is opened by the system's own program, and a machine without one is told, not failed.
import { expect, test } from 'vitest';
import { openerOf } from './open.ts';

test('every system has its own way to open a file', () => {
  expect(openerOf('linux', 'a b.html')).toEqual({ program: 'xdg-open', words: ['a b.html'] });
  expect(openerOf('darwin', 'a.html')).toEqual({ program: 'open', words: ['a.html'] });
  expect(openerOf('win32', 'a.html')).toEqual({ program: 'cmd', words: ['/c', 'start', '""', 'a.html'] });
});
