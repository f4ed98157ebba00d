// The manifest of the installable package, made from the repository's: the same name, version and pins,
// without what only development needs. Pure.

export const MANIFEST = 'package.json';
/** Where the repository's manifest waits while the package is made; never committed. */
export const KEPT_MANIFEST = '.parley/package.json.kept';

export type Manifest = Readonly<Record<string, unknown>>;

/** What stays of the repository's manifest as it is. */
const KEPT = ['name', 'version', 'description', 'license', 'type', 'engines'];
/**
 * Wanted by real time only (the voice activity model). Its install script may fetch from elsewhere, and an
 * installation that cannot have it is still good for everything in virtual time.
 */
const REAL_TIME_ONLY = 'onnxruntime-node';

export function packaged(manifest: Manifest): Manifest {
  const kept = Object.fromEntries(KEPT.filter((key) => key in manifest).map((key) => [key, manifest[key]]));
  const { [REAL_TIME_ONLY]: model, ...dependencies } = manifest['dependencies'] as Record<string, string>;
  const entry = (file: string) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  return {
    ...kept,
    dependencies,
    optionalDependencies: { [REAL_TIME_ONLY]: model },
    bin: { parley: './dist/scenarios/bin.cjs' },
    exports: {
      '.': entry('scenarios/index'),
      './vitest': entry('scenarios/matcher/extend'),
      './agent': entry('agent/index'),
      './package.json': './package.json',
    },
    files: ['dist'],
    // The bundler's native program is its own package: no script has to run.
    peerDependencies: { vitest: '>=5' },
    peerDependenciesMeta: { vitest: { optional: true } },
  };
}
