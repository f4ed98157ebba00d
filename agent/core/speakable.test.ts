// What is left of a model's text for the voice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { speakable } from './speakable.ts';

test.each([
  ['**Take** the _old_ tram.', 'Take the old tram.'],
  ['***Now***, `npm start` it ~~never~~ works', 'Now, npm start it never works'],
  ['## Trams\n- the old one\n* the new one', 'Trams the old one the new one'],
  ['> quoted\n1. first', 'quoted 1. first'],
  ['See [the plan](https://example.com/a_b) here.', 'See the plan here.'],
  ['![a map](map.png) of it', 'a map of it'],
  ['plan](https://example.com) here', 'plan here'],
  ['Enjoy! 😀👍🏽 See you 👨‍👩‍👧 soon ❤️.', 'Enjoy! See you soon.'],
  ['🇵🇹 Lisbon', 'Lisbon'],
  ['| 3 | 5 |', '3 5'],
])('%j is spoken as %j', (written, spoken) => {
  expect(speakable(written)).toBe(spoken);
});

test.each([
  '3.5 euros, 10:30, 1,000 and 2*3 or 5 * 6',
  'my_file.txt and example_org',
  '-5 degrees, 50 % of it, A&B, Parley™ © 2026',
  'He said "stop." And (really) went on…',
])('stays as it is: %s', (text) => {
  expect(speakable(text)).toBe(text);
});

test.each(['😀', '---', '**', '```', '🎉 🎉!', ' '])('nothing is left of %j', (text) => {
  expect(speakable(text)).toBe('');
});

test('the words of plain text are never changed, and what was made speakable stays so', () => {
  const words = fc.array(fc.stringMatching(/^[a-zA-Z0-9][a-z0-9.,']{0,6}[a-z0-9][.,!?]?$/), { minLength: 1 });
  fc.assert(
    fc.property(words, (drawn) => {
      expect(speakable(drawn.join(' '))).toBe(drawn.join(' '));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const once = speakable(text);
      expect(once).toBe(once.trim());
      expect(once.length).toBeLessThanOrEqual(text.length);
    }),
  );
});
