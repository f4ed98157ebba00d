// Before `npm pack`: the product as JavaScript with types in `dist`, and the package's own manifest in
// the place of the repository's, which `restore.ts` brings back afterwards. What goes in is what running
// needs; the development runtime, referees and test tools stay out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { KEPT_MANIFEST, MANIFEST, packaged } from './manifest.ts';
import { rewritten } from './rewrite.ts';

const ROOMS = ['agent', 'sim', 'scenarios', 'reports'];
const OUT = 'dist';
/** Nothing that whoever installs the package would run. */
const LEFT_OUT = /\.(test|test-support|setup|bench)\.ts$|^scenarios\/(house|package)\/|tsconfig\.json$/;

rmSync(OUT, { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.package.json'], {
  stdio: 'inherit',
});
for (const file of filesOf(OUT)) {
  if (LEFT_OUT.test(relative(OUT, file))) rmSync(file);
  else writeFileSync(file, rewritten(readFileSync(file, 'utf8'), relative(OUT, dirname(file))));
}
for (const file of ROOMS.flatMap(filesOf)) {
  if (!LEFT_OUT.test(file)) put(file);
}
mkdirSync(dirname(KEPT_MANIFEST), { recursive: true });
const manifest = packaged(JSON.parse(readFileSync(MANIFEST, 'utf8')));
renameSync(MANIFEST, KEPT_MANIFEST);
writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);

function put(file: string): void {
  const content = readFileSync(file);
  const to = join(OUT, file);
  mkdirSync(dirname(to), { recursive: true });
  if (!file.endsWith('.ts') || file.endsWith('.d.ts')) return writeFileSync(to, content);
  const code = rewritten(stripTypeScriptTypes(content.toString('utf8')), dirname(file));
  const first = file === 'scenarios/main.ts' ? '#!/usr/bin/env node\n' : '';
  writeFileSync(to.replace(/\.ts$/, '.js'), `${first}${code}`);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
