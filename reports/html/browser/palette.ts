// The page's colours as charts need them, read from the style sheet so that both always agree, and the
// patterns that say the same to those who see no colour.
import { STAGES, type StageStyle } from '../../compare/stage.ts';

export type Palette = {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  /** Behind what stands out a little. */
  readonly raised: string;
  readonly good: string;
  readonly bad: string;
  /** The middle of a diverging scale. */
  readonly neutral: string;
  readonly webrtc: string;
  readonly websocket: string;
};

export function paletteOf(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    muted: colour('muted'),
    line: colour('line'),
    surface: colour('surface'),
    raised: colour('raised'),
    good: colour('good'),
    bad: colour('bad'),
    neutral: colour('neutral'),
    webrtc: colour('webrtc'),
    websocket: colour('websocket'),
  };
}

export const colourOf = (palette: Palette, transport: string): string =>
  transport === 'webrtc' ? palette.webrtc : transport === 'websocket' ? palette.websocket : palette.muted;

/** `#rrggbb` with an opacity. */
export const faded = (colour: string, share: number): string =>
  `${colour}${Math.round(255 * share)
    .toString(16)
    .padStart(2, '0')}`;

const TILE = 8;

/** A stage's colour with its pattern, to fill with. */
export function fillOf({ colour, pattern }: StageStyle): string | CanvasPattern {
  if (pattern === 'solid') return colour;
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const pen = tile.getContext('2d');
  if (pen === null) return colour;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, TILE, TILE);
  pen.strokeStyle = pen.fillStyle = 'rgba(0, 0, 0, 0.32)';
  pen.lineWidth = 1.5;
  if (pattern === 'dots') {
    pen.fillRect(1, 1, 2, 2);
    pen.fillRect(5, 5, 2, 2);
  } else {
    const up = pattern === 'rising';
    for (const shift of [-TILE, 0, TILE]) {
      pen.beginPath();
      pen.moveTo(shift, up ? TILE : 0);
      pen.lineTo(shift + TILE, up ? 0 : TILE);
      pen.stroke();
    }
  }
  return pen.createPattern(tile, 'repeat') ?? colour;
}

/** Fills the swatches of the stage legend. */
export function paintSwatches(): void {
  for (const swatch of document.querySelectorAll<HTMLCanvasElement>('canvas.swatch')) {
    const stage = STAGES.find(({ name }) => name === swatch.dataset['stage']);
    const pen = swatch.getContext('2d');
    if (stage === undefined || pen === null) continue;
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.fillStyle = fillOf(stage);
    pen.fillRect(0, 0, swatch.width, swatch.height);
  }
}
