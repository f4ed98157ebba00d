// The sounds that are no speech: there, as they were made, loops without a seam, and small.
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rmsOf } from '#sim/caller/sound.ts';
import { readSounds, SOUND_FILE, type SoundDescription } from './sound-pack.ts';
import { RECIPES } from './sound-recipe.ts';

const shelf = readSounds();

test('every recipe has its sound, and the commands that made it', () => {
  const { sounds }: SoundDescription = JSON.parse(readFileSync(`${SOUND_FILE}.json`, 'utf8'));
  const made = sounds.map(({ name, loops, commands }) => ({ name, loops, commands }));
  const told = RECIPES.map(({ name, loops, commands }) => ({
    name,
    loops,
    commands: commands.map((words) => words.join(' ')),
  }));
  expect(made).toEqual(told);
  expect(shelf.names).toEqual(RECIPES.map(({ name }) => name));
});

test.each(RECIPES.map(({ name }) => name))('%s is unpacked as it was made, and can be heard', (name) => {
  const sound = shelf.find(name);
  expect(sound?.pcm.length).toBeGreaterThan(8_000);
  expect(rmsOf(sound?.pcm ?? new Int16Array(0))).toBeGreaterThan(500);
  expect(shelf.find(name)).toBe(sound);
});

test('a loop goes on at its end as it began: no click', () => {
  for (const { name, loops } of RECIPES) {
    if (!loops) continue;
    const { pcm } = shelf.find(name) ?? { pcm: new Int16Array(0) };
    const step = (at: number) => Math.abs((pcm.at(at) ?? 0) - (pcm.at(at - 1) ?? 0));
    const most = pcm.reduce((sum, _, at) => (at === 0 ? sum : Math.max(sum, step(at))), 0);
    expect(step(0), name).toBeLessThanOrEqual(most);
  }
});

test('a sound that nobody made is not there', () => {
  expect(shelf.find('parrot')).toBeUndefined();
});

test('all of them are less than half a megabyte', () => {
  expect(statSync(`${SOUND_FILE}.bin`).size).toBeLessThan(500_000);
});
