// Options that never arrive: `npm run scenario multi-turn --runs 5` without `--` makes `--runs` npm's
// own, and only the environment tells. Such a command line is refused with the one that was meant.
import { commandLine } from '#reports/invocation.ts';
import type { UserError } from '../error.ts';

export type CommandLine = {
  readonly verb: string;
  /** What did arrive behind the verb. */
  readonly words: readonly string[];
  readonly options: readonly { readonly flag: string; readonly takesValue: boolean }[];
};

/** `env`: of the process, where npm leaves `npm_config_runs=true` and the 5 among the words. */
export function keptByNpm(
  { verb, words, options }: CommandLine,
  env: Readonly<Record<string, string | undefined>>,
): UserError | undefined {
  const kept = options.flatMap(({ flag, takesValue }) => {
    const value = env[`npm_config_${flag.slice(2).replaceAll('-', '_')}`];
    // An option that did arrive is nobody else's, whatever npm has been told.
    const arrived = words.some((word) => word === flag || word.startsWith(`${flag}=`));
    return value === undefined || value === '' || arrived ? [] : [{ flag, takesValue, value }];
  });
  if (kept.length === 0) return undefined;
  // npm leaves the value of one such option behind as the last word; of several it is anybody's guess.
  const bare = kept.filter(({ takesValue, value }) => takesValue && value === 'true');
  const last = bare.length === 1 && words.length > 0 ? words.at(-1) : undefined;
  const names = last === undefined ? words : words.slice(0, -1);
  const written = kept.map(({ flag, takesValue, value }) => {
    if (!takesValue) return flag;
    return `${flag} ${value === 'true' ? (last ?? '<value>') : value}`;
  });
  return {
    what: `npm kept ${kept.map(({ flag }) => flag).join(', ')} for itself`,
    where: `command line: ${[verb, ...words].join(' ')}`,
    todo: `options go behind --: ${commandLine(verb, [...names, ...written])}`,
    exit: 2,
  };
}
