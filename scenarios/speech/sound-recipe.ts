// How the sounds that are no caller's lines are made, command by command: coughs out of noise and a buzz,
// a television and a room full of people out of synthesised voices, a street out of noise. Free tools
// only (Debian packages `sox`, `flite`, `espeak-ng`), each told to use the same chance every time.

export type Recipe = {
  readonly name: string;
  readonly loops: boolean;
  /** Run in order in an empty folder; the last one writes `out.wav`: 16 kHz, mono, 16 bits. */
  readonly commands: readonly (readonly string[])[];
};

/** Length of a loop, and of the piece at its end that is faded into its begin. */
export const LOOP_SECONDS = 8;
export const FADE_SECONDS = 0.25;

const MONO = ['-r', '16000', '-c', '1', '-b', '16'] as const;
const LONG = `${LOOP_SECONDS + FADE_SECONDS}`;

/** Somebody reads a text aloud into `file`, over and over where it is short. */
const flite = (voice: string, text: string, file: string) =>
  [
    ['flite', '-voice', voice, '-t', text, '-o', `raw-${file}`],
    ['sox', '-R', '-D', `raw-${file}`, ...MONO, file, 'norm', '-3', 'repeat', '3', 'trim', '0', LONG],
  ] as const;
const espeak = (voice: string, text: string, file: string) =>
  [
    ['espeak-ng', '-v', voice, '-s', '165', '-w', `raw-${file}`, text],
    ['sox', '-R', '-D', `raw-${file}`, ...MONO, file, 'norm', '-3', 'repeat', '3', 'trim', '0', LONG],
  ] as const;

const NEWS =
  'Good evening. The weather will stay dry in the north, ' +
  'with some rain along the coast by tomorrow afternoon.';
const SPORT = 'They play the second half without their captain, and it shows in every single pass.';
const TALK = [
  'I told him twice that the train leaves at a quarter past, but would he listen, of course not.',
  'Could we have two more coffees and the bill, please, whenever you have a minute.',
  'She moved to the new office in March, and since then nobody has seen her at lunch.',
  'That is what I keep saying, you cannot buy shoes like these any more.',
] as const;

/** One cough: a burst of breath out of a throat that sounds as it opens. */
const burst = (file: string, length: string, voice: string) =>
  [
    ['sox', '-R', '-D', '-n', ...MONO, `breath-${file}`, 'synth', length, 'pinknoise', 'lowpass', '4500'],
    ['flite', '-voice', voice, '-p', 'pau hh ah hh pau', '-o', `raw-${file}`],
    [
      ...['sox', '-R', '-D', `raw-${file}`, ...MONO, `throat-${file}`, 'silence', '1', '0.01', '1%'],
      ...['trim', '0', length, 'norm', '-3'],
    ],
    [
      ...['sox', '-R', '-D', '-m', '-v', '1', `breath-${file}`, '-v', '0.5', `throat-${file}`, ...MONO, file],
      ...['equalizer', '750', '1q', '10', 'equalizer', '1500', '1q', '6'],
      ...['fade', 'l', '0.008', length, '0.16', 'norm', '-3', 'pad', '0', '0.09'],
    ],
  ] as const;

export const RECIPES: readonly Recipe[] = [
  {
    name: 'cough',
    loops: false,
    commands: [
      ...burst('one.wav', '0.28', 'rms'),
      ...burst('two.wav', '0.34', 'kal16'),
      ['sox', '-R', '-D', 'one.wav', 'two.wav', ...MONO, 'out.wav'],
    ],
  },
  {
    name: 'tv',
    loops: true,
    commands: [
      ...espeak('en-us', NEWS, 'news.wav'),
      ...flite('awb', SPORT, 'sport.wav'),
      [
        ...['sox', '-R', '-D', '-n', ...MONO, 'music.wav', 'synth', LONG, 'pluck', 'A3', 'pluck', 'C4'],
        ...['tremolo', '2', '60', 'norm', '-3'],
      ],
      [
        ...[
          'sox',
          '-R',
          '-D',
          '-m',
          '-v',
          '0.7',
          'news.wav',
          '-v',
          '0.35',
          'sport.wav',
          '-v',
          '0.3',
          'music.wav',
        ],
        ...[...MONO, 'out.wav', 'lowpass', '5000', 'reverb', '30', 'norm', '-6', 'trim', '0', LONG],
      ],
    ],
  },
  {
    name: 'babble',
    loops: true,
    commands: [
      ...flite('rms', TALK[0], 'one.wav'),
      ...flite('slt', TALK[1], 'two.wav'),
      ...espeak('en-gb', TALK[2], 'three.wav'),
      ...flite('kal16', TALK[3], 'four.wav'),
      ...espeak('en-gb-scotland', TALK[0], 'five.wav'),
      ...flite('awb', TALK[2], 'six.wav'),
      [
        ...['sox', '-R', '-D', '-m', 'one.wav', 'two.wav', 'three.wav', 'four.wav', 'five.wav', 'six.wav'],
        ...[...MONO, 'out.wav', 'reverb', '50', 'norm', '-6', 'trim', '0', LONG],
      ],
    ],
  },
  {
    name: 'street',
    loops: true,
    commands: [
      [
        ...['sox', '-R', '-D', '-n', ...MONO, 'out.wav', 'synth', LONG, 'brownnoise', 'synth', LONG],
        ...['pinknoise', 'mix', 'tremolo', '0.25', '50', 'lowpass', '6000', 'norm', '-6'],
      ],
    ],
  },
];
