import { loadScenario } from '../library/index.ts';
import { play } from './play.ts';

const [name = 'single-turn', seed = '1', world = 'sim'] = process.argv.slice(2);
const loaded = await loadScenario(name);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
for (let i = 0; i < Number(process.env['N'] ?? 1); i += 1) {
  const outcome = await play({
    scenario: loaded.scenario,
    world: world as 'sim',
    seed: Number(seed) + i,
    providers: process.env['P'] ?? 'prd',
    network: 'delay=20ms',
  });
  if (process.env['Q'] === undefined)
    for (const fact of outcome.facts) {
      const { t, who, what, ...rest } = fact;
      console.log((t / 1000).toFixed(1).padStart(9), who.padEnd(7), what, JSON.stringify(rest));
    }
  const { facts, ...o } = outcome;
  console.log(JSON.stringify(o), facts.length, (o.simulatedSeconds / o.cpuSeconds).toFixed(0));
}
