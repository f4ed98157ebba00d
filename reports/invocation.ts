// How this program is started, and so what people are told to type: npm's scripts in the repository,
// `npx parley` where the package is installed. Whatever shows a command asks here.

/** In the package there is no TypeScript: the address of this very file tells. */
export const isPackage = !/\.ts(\?|$)/.test(import.meta.url);

/** Verbs whose script has another name, or that npm knows by itself. */
const SCRIPTS: Readonly<Record<string, string>> = {
  start: 'npm start',
  'validate-netem': 'npm run validate:netem',
};

/** The command that runs `verb`; `words` as a shell takes them. */
export function commandLine(verb: string, words: readonly string[] = [], inPackage = isPackage): string {
  const script = SCRIPTS[verb] ?? `npm run ${verb}`;
  const start = inPackage ? `npx parley ${verb}` : words.length === 0 ? script : `${script} --`;
  return [start, ...words].join(' ');
}

/** As one word of a shell. */
export const quoted = (word: string): string =>
  /^[\w./=:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
