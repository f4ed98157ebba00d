// What happens when the page opens: the data is read from the page itself, charts are drawn in the
// reader's colours, and numbers, maps and players begin to answer. Nothing is fetched.
import type { AudioPair, CompareResult } from '../../compare/compare-result.ts';
import { explain } from '../../compare/origin.ts';
import { drawDistributions } from './distribution-chart.ts';
import { Gallery } from './gallery.ts';
import { drawHeroMap, drawMaps } from './map-section.ts';
import { Player } from './player.ts';
import { drawRanges } from './range-chart.ts';
import { drawStages } from './stage-chart.ts';
import { followTheme } from './theme.ts';
import { Tip } from './tip.ts';

const read = <T>(id: string): T => JSON.parse(document.getElementById(id)?.textContent ?? 'null') as T;

const result = read<CompareResult>('result');
const sound = read<readonly AudioPair[]>('sound');

const tip = new Tip((origin) => explain(result, origin));
const gallery = new Gallery();
const players = sound.flatMap((pair, index) => {
  const root = document.querySelector<HTMLElement>(`[data-audio="${index}"]`);
  return root === null ? [] : [new Player(root, pair)];
});

drawHeroMap(gallery, result, tip);
drawRanges(gallery, result);
drawDistributions(gallery, result);
drawStages(gallery, result);
drawMaps(gallery, result, tip);
followTheme(() => {
  gallery.redraw();
  for (const player of players) player.redraw();
});
document.documentElement.dataset['ready'] = 'true';
