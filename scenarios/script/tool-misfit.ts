// Tools, calls and settings of a scenario that cannot work together: a call that names a fact nobody
// remembers, one that is due in an act nobody speaks, a setting that the agent refuses.
import { readSettings } from '#agent/settings.ts';
import type { Misfit } from './misfit.ts';
import type { Scenario } from './scenario.ts';

export function* toolMisfits(scenario: Scenario): Iterable<Misfit> {
  const { brain, tools = [], toolCalls = [], app = [], caller } = scenario;
  const names = tools.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) yield { field: `tools.${twice}.name`, reason: `two tools are called ${names[twice]}` };
  const facts = new Set(brain.facts.map(({ id }) => id));
  for (const [index, { calls = [] }] of brain.replies.entries()) {
    for (const [place, { input }] of calls.entries()) {
      const texts = Object.values(input).map(String).join(' ');
      const unknown = Array.from(texts.matchAll(/\{(\w+)\}/g), ([, id = '']) => id).find(
        (id) => !facts.has(id),
      );
      if (unknown === undefined) continue;
      yield { field: `brain.replies.${index}.calls.${place}.input`, reason: `{${unknown}} is no fact` };
    }
  }
  const spoken = (act: number) => 'parts' in (caller.acts[act] ?? {});
  for (const [index, { act }] of toolCalls.entries()) {
    if (!spoken(act)) yield { field: `toolCalls.${index}.act`, reason: `act ${act} is not spoken` };
  }
  for (const [index, { act }] of app.entries()) {
    if (!spoken(act)) yield { field: `app.${index}.act`, reason: `act ${act} is not spoken` };
  }
  yield* settingMisfits(scenario);
}

/** Keys of vendors are the laboratory's business: that they are missing is no fault of the scenario. */
function* settingMisfits({ env }: Scenario): Iterable<Misfit> {
  if (env === undefined) return;
  const read = readSettings(env);
  if (read.ok) return;
  const wrong = read.problems.find(({ variable }) => variable in env);
  if (wrong !== undefined) yield { field: `env.${wrong.variable}`, reason: wrong.expected };
}
