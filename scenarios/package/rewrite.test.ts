import { expect, test } from 'vitest';
import { rewritten } from './rewrite.ts';

test('a room’s short name becomes the way to it from where the file lies', () => {
  expect(rewritten("import { a } from '#agent/core/time.ts';", 'scenarios/kpis')).toBe(
    "import { a } from '../../agent/core/time.js';",
  );
  expect(rewritten('type A = import("#sim/world.ts").World;', 'sim')).toBe(
    'type A = import("./world.js").World;',
  );
});

test('neighbours, late imports and programs started by address end in .js', () => {
  const from = ["export { x } from './x.ts';", "await import('./y.ts')", "new URL('./worker.ts', here)"];
  expect(from.map((line) => rewritten(line, 'agent'))).toEqual([
    "export { x } from './x.js';",
    "await import('./y.js')",
    "new URL('./worker.js', here)",
  ]);
});

test('what is no address stays as it is', () => {
  const text = "const help = 'give the path of a ./my.ts file';";
  expect(rewritten(text, 'agent')).toBe(text);
});
