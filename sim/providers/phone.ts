// What each letter sounds like to the emulated voices: how long it lasts, where its formants lie, how
// much of it is voice and how much breath. Figures are textbook averages of English, rounded; letters
// that are not listed get a vowel that follows from their code point, so every script is spoken.

export type Phone = {
  readonly seconds: number;
  readonly formants: readonly [number, number, number];
  /** Share of the glottal source and of noise, 0…1. */
  readonly voice: number;
  readonly breath: number;
};

/** The sound of one character of a spoken form. */
export function soundOf(character: string): Phone {
  const known = PHONES.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  return vowel(300 + ((code * 37) % 500), 900 + ((code * 91) % 1_300), 2_400 + ((code * 53) % 500));
}

/** The form of a written word that is spoken: lower case, letters and digits and inner apostrophes. */
export function spokenForm(written: string): string {
  return written
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}']+/gu, '')
    .replace(/^'+|'+$/g, '');
}

const vowel = (f1: number, f2: number, f3: number): Phone => ({
  seconds: 0.086,
  formants: [f1, f2, f3],
  voice: 1,
  breath: 0.02,
});
const sonorant = (f1: number, f2: number, f3: number): Phone => ({
  seconds: 0.06,
  formants: [f1, f2, f3],
  voice: 0.6,
  breath: 0.01,
});
const stop = (f2: number, voice: number): Phone => ({
  seconds: 0.046,
  formants: [250, f2, 2_600],
  voice,
  breath: 0.25,
});
const hiss = (f2: number, f3: number, voice: number): Phone => ({
  seconds: 0.057,
  formants: [400, f2, f3],
  voice,
  breath: 0.6,
});
/** A digit is spoken as a whole word would be. */
const digit = (f1: number, f2: number): Phone => ({ ...vowel(f1, f2, 2_500), seconds: 0.17 });

const PHONES: ReadonlyMap<string, Phone> = new Map(
  Object.entries({
    a: vowel(730, 1_150, 2_440),
    e: vowel(530, 1_840, 2_480),
    i: vowel(300, 2_290, 3_010),
    o: vowel(570, 840, 2_410),
    u: vowel(320, 870, 2_240),
    y: vowel(360, 2_100, 2_800),
    b: stop(900, 0.5),
    d: stop(1_700, 0.5),
    g: stop(1_900, 0.5),
    p: stop(900, 0.12),
    t: stop(1_800, 0.12),
    k: stop(2_000, 0.12),
    c: stop(2_100, 0.12),
    q: stop(1_950, 0.12),
    f: hiss(1_400, 4_200, 0.05),
    h: hiss(1_500, 2_500, 0.1),
    s: hiss(2_600, 5_200, 0.02),
    x: hiss(2_300, 4_800, 0.02),
    v: hiss(1_300, 3_800, 0.5),
    z: hiss(2_500, 5_000, 0.5),
    j: hiss(2_200, 3_600, 0.4),
    l: sonorant(360, 1_300, 2_700),
    m: sonorant(280, 1_000, 2_200),
    n: sonorant(280, 1_600, 2_600),
    r: sonorant(420, 1_250, 1_650),
    w: sonorant(300, 700, 2_200),
    "'": stop(1_500, 0.3),
    '0': digit(450, 1_500),
    '1': digit(600, 1_000),
    '2': digit(320, 1_100),
    '3': digit(330, 2_200),
    '4': digit(560, 900),
    '5': digit(700, 1_400),
    '6': digit(400, 2_000),
    '7': digit(520, 1_700),
    '8': digit(480, 2_150),
    '9': digit(680, 1_600),
  }),
);
