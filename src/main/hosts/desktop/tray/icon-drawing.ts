/**
 * Draws Hallway's icon in any size, for the tray and the window: the two arches of
 * `renderer/icon.svg`, as pixels. So every scale of a screen gets a sharp icon, and a sign for
 * unread messages needs no second set of files (rule DESK-16).
 */

export interface IconOptions {
  readonly sizePx: number;
  /**
   * `app`: white arches on a blue square. `template`: black arches alone, which macOS colours like
   * the rest of its menu bar.
   */
  readonly style: 'app' | 'template';
  /** A dot in the corner: messages are unread. */
  readonly hasDot: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** Everything below is in units of the drawing, a square of this size. */
const drawingSize = 64;
const square = { radius: 15, colour: { red: 0x3a, green: 0x55, blue: 0xcf } };
const white: Colour = { red: 255, green: 255, blue: 255 };
const black: Colour = { red: 0, green: 0, blue: 0 };
const dot = { centre: { x: 49, y: 49 }, radius: 12, gap: 4, colour: { red: 0xe5, green: 0x48, blue: 0x4d } };
const strokeWidth = 5;
/** Template icons leave less air around the arches than the square does. */
const templateZoom = 1.35;
/** Straight pieces of a quarter circle: more make no visible difference at these sizes. */
const arcSteps = 8;

const outerArch = archPath({ left: 17, right: 47, top: 17, radius: 5 });
const innerArch = archPath({ left: 26, right: 38, top: 28, radius: 6 });
const innerOpacity = 0.7;

/** @returns rows of premultiplied BGRA, as Electron's bitmaps are */
export function drawIcon({ sizePx, style, hasDot }: IconOptions): Uint8Array {
  const pixels = new Uint8Array(sizePx * sizePx * 4);
  const unit = drawingSize / sizePx;
  for (let row = 0; row < sizePx; row += 1) {
    for (let column = 0; column < sizePx; column += 1) {
      const point = { x: (column + 0.5) * unit, y: (row + 0.5) * unit };
      const layers = style === 'app' ? appLayers(point, unit) : templateLayers(point, unit);
      writePixel(pixels, (row * sizePx + column) * 4, hasDot ? withDot(layers, point, unit, style) : layers);
    }
  }
  return pixels;
}

interface Layer {
  readonly colour: Colour;
  /** 0 to 1. */
  readonly opacity: number;
}

function appLayers(point: Point, unit: number): readonly Layer[] {
  return [{ colour: square.colour, opacity: coverage(distanceToSquare(point), unit) }, ...archLayers(point, unit, white)];
}

function templateLayers({ x, y }: Point, unit: number): readonly Layer[] {
  const centre = drawingSize / 2;
  // The arches stand a little below the centre of the drawing.
  const zoomed = { x: centre + (x - centre) / templateZoom, y: centre + 2 + (y - centre) / templateZoom };
  return archLayers(zoomed, unit / templateZoom, black);
}

function archLayers(point: Point, unit: number, colour: Colour): readonly Layer[] {
  return [
    { colour, opacity: coverage(distanceToPath(point, outerArch) - strokeWidth / 2, unit) },
    { colour, opacity: coverage(distanceToPath(point, innerArch) - strokeWidth / 2, unit) * innerOpacity },
  ];
}

/** A gap around the dot sets it off, also in one colour. */
function withDot(layers: readonly Layer[], point: Point, unit: number, style: IconOptions['style']): readonly Layer[] {
  const distance = Math.hypot(point.x - dot.centre.x, point.y - dot.centre.y) - dot.radius;
  const kept = 1 - coverage(distance - dot.gap, unit);
  return [
    ...layers.map(({ colour, opacity }) => ({ colour, opacity: opacity * kept })),
    { colour: style === 'app' ? dot.colour : black, opacity: coverage(distance, unit) },
  ];
}

/** @param distance to the edge; negative inside */
function coverage(distance: number, unit: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance / unit));
}

function distanceToSquare({ x, y }: Point): number {
  const half = drawingSize / 2;
  const [dx, dy] = [Math.abs(x - half) - half + square.radius, Math.abs(y - half) - half + square.radius];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - square.radius;
}

interface Arch {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly radius: number;
}

/** Up the left side, over the top with two round corners, and down the right side. */
function archPath({ left, right, top, radius }: Arch): readonly Point[] {
  const foot = 52;
  const corner = (centreX: number, fromAngle: number): readonly Point[] =>
    Array.from({ length: arcSteps + 1 }, (_, step) => {
      const angle = fromAngle + (step / arcSteps) * (Math.PI / 2);
      return { x: centreX + radius * Math.cos(angle), y: top + radius + radius * Math.sin(angle) };
    });
  return [
    { x: left, y: foot },
    ...corner(left + radius, Math.PI),
    ...corner(right - radius, Math.PI * 1.5),
    { x: right, y: foot },
  ];
}

function distanceToPath(point: Point, path: readonly Point[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [index, to] of path.entries()) {
    const from = path[index - 1];
    if (from !== undefined) nearest = Math.min(nearest, distanceToLine(point, from, to));
  }
  return nearest;
}

function distanceToLine(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / lengthSquared;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - part * dx, point.y - from.y - part * dy);
}

function writePixel(pixels: Uint8Array, offset: number, layers: readonly Layer[]): void {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const { colour, opacity } of layers) {
    red = colour.red * opacity + red * (1 - opacity);
    green = colour.green * opacity + green * (1 - opacity);
    blue = colour.blue * opacity + blue * (1 - opacity);
    alpha = 255 * opacity + alpha * (1 - opacity);
  }
  pixels.set([blue, green, red, alpha].map(Math.round), offset);
}
