// What each codec costs, and how far that figure can be trusted. A figure stands on one scale and fits
// no other. Sources: ITU-T G.113 Appendix I (2002–2007 tables and 09/2024); for Opus, which has no ITU
// value, Alahmadi, Pocta, Melvin, ACM TOMM 17(4) art. 133, 2021 (one 20 ms frame per packet).

/** N: normative text; P: published planning value; S: secondary source; X: provisional, no ITU value. */
export type Tag = 'N' | 'P' | 'S' | 'X';

/** `NB` ends at 93.2, `WB` at 129. Scores of different scales never share an axis or a mean. */
export type Scale = 'NB' | 'WB';

export type Codec = {
  readonly scale: Scale;
  readonly ie: number;
  /** Robustness to random loss; null when nobody has published one: then a lossy call has no score. */
  readonly bpl: number | null;
  /** The same under bursty loss, where it was measured; it then stands for the burst ratio. */
  readonly bplBursty?: number;
  readonly tag: Tag;
};

export const CODECS = {
  g711: { scale: 'NB', ie: 0, bpl: 4.3, tag: 'P' },
  'g711-plc': { scale: 'NB', ie: 0, bpl: 25.1, tag: 'P' },
  'g729a-vad': { scale: 'NB', ie: 11, bpl: 19, tag: 'P' },
  'gsm-efr': { scale: 'NB', ie: 5, bpl: 10, tag: 'P' },
  'g722-64': { scale: 'WB', ie: 13, bpl: null, tag: 'S' },
  'amr-wb-12.65-monotic': { scale: 'WB', ie: 13, bpl: null, tag: 'P' },
  'amr-wb-12.65-diotic': { scale: 'WB', ie: 20, bpl: 4.3, tag: 'P' },
  /** Linear samples at 16 kHz or more: nothing is coded, and how loss sounds is that of G.711, assumed. */
  pcm16: { scale: 'WB', ie: 0, bpl: 4.3, tag: 'X' },
  'pcm16-plc': { scale: 'WB', ie: 0, bpl: 25.1, tag: 'X' },
  'opus-wb-vbr-11': { scale: 'WB', ie: 28.4, bpl: 23.9, bplBursty: 20.1, tag: 'X' },
  'opus-wb-vbr-12': { scale: 'WB', ie: 23.3, bpl: 22.2, bplBursty: 18.9, tag: 'X' },
  'opus-wb-vbr-13': { scale: 'WB', ie: 20, bpl: 19.5, bplBursty: 16.9, tag: 'X' },
  'opus-wb-cbr-12': { scale: 'WB', ie: 29.8, bpl: 24.8, bplBursty: 20.8, tag: 'X' },
  'opus-wb-cbr-13': { scale: 'WB', ie: 26.2, bpl: 23, bplBursty: 19.4, tag: 'X' },
  'opus-wb-cbr-14': { scale: 'WB', ie: 20.8, bpl: 17.6, bplBursty: 15.8, tag: 'X' },
  'opus-wb-cbr-15': { scale: 'WB', ie: 18.1, bpl: 18.7, bplBursty: 16.1, tag: 'X' },
  'opus-nb-vbr-6': { scale: 'NB', ie: 23, bpl: 24.6, bplBursty: 15.4, tag: 'X' },
  'opus-nb-vbr-7': { scale: 'NB', ie: 21.3, bpl: 22.5, bplBursty: 14.4, tag: 'X' },
  'opus-nb-vbr-8': { scale: 'NB', ie: 16, bpl: 20.3, bplBursty: 13.5, tag: 'X' },
  'opus-nb-vbr-9': { scale: 'NB', ie: 11.7, bpl: 18.9, bplBursty: 12.4, tag: 'X' },
  'opus-nb-cbr-8': { scale: 'NB', ie: 19.2, bpl: 15.1, bplBursty: 10.1, tag: 'X' },
  'opus-nb-cbr-9': { scale: 'NB', ie: 13.2, bpl: 17.2, bplBursty: 11.4, tag: 'X' },
  'opus-nb-cbr-10': { scale: 'NB', ie: 6.2, bpl: 15.3, bplBursty: 10.5, tag: 'X' },
  'opus-nb-cbr-11': { scale: 'NB', ie: 2, bpl: 16, bplBursty: 10.7, tag: 'X' },
} as const satisfies Readonly<Record<string, Codec>>;

export type CodecName = keyof typeof CODECS;

/** The least trustworthy of `tags`. */
export const weakest = (tags: readonly Tag[]): Tag =>
  tags.reduce((worst, tag) => (ORDER.indexOf(tag) > ORDER.indexOf(worst) ? tag : worst), 'N');

const ORDER: readonly Tag[] = ['N', 'P', 'S', 'X'];
