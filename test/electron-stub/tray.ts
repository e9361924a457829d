/**
 * `Tray` and `nativeImage`: records of what a user would see, and the clicks of a test. On Linux a
 * menu is a copy of that moment, as on its D-Bus, so a change shows only when the menu is set again.
 */
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { onControl, record } from './control.ts';
import { clickIn, type Item, type Menu } from './menu.ts';
import { isOn } from './platform.ts';

type ImagePart = Pick<
  Electron.NativeImage,
  'addRepresentation' | 'isEmpty' | 'setTemplateImage' | 'isTemplateImage' | 'getScaleFactors'
>;

export class StubImage implements ImagePart {
  readonly #scales: number[] = [];
  readonly pixels: Buffer[] = [];
  #isTemplate = false;

  addRepresentation({ scaleFactor = 1, width, height, buffer }: Electron.AddRepresentationOptions): void {
    if (buffer?.length !== (width ?? 0) * (height ?? 0) * 4) throw new Error('a bitmap has four bytes for each pixel');
    this.#scales.push(scaleFactor);
    this.pixels.push(buffer);
  }
  isEmpty(): boolean {
    return this.#scales.length === 0;
  }
  /** Has no effect except on macOS. */
  setTemplateImage(option: boolean): void {
    this.#isTemplate = option && isOn('darwin');
  }
  isTemplateImage(): boolean {
    return this.#isTemplate;
  }
  getScaleFactors(): number[] {
    return [...this.#scales];
  }
}

export const nativeImage = {
  createEmpty: () => new StubImage() as unknown as Electron.NativeImage,
} satisfies Pick<typeof Electron.nativeImage, 'createEmpty'>;

const trays = new Set<Tray>();

export class Tray
  extends EventEmitter
  implements Pick<Electron.Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'destroy' | 'isDestroyed'>
{
  #items: readonly Item[] = [];
  #image: StubImage;

  constructor(image: Electron.NativeImage | string) {
    super();
    this.#image = image as unknown as StubImage;
    trays.add(this);
    record('new Tray', { isTemplate: this.#image.isTemplateImage(), isEmpty: this.#image.isEmpty() });
  }
  get image(): StubImage {
    return this.#image;
  }
  setImage(image: Electron.NativeImage | string): void {
    this.#image = image as unknown as StubImage;
    record('tray.setImage');
  }
  setToolTip(toolTip: string): void {
    record('tray.setToolTip', toolTip);
  }
  setContextMenu(menu: Electron.Menu | null): void {
    this.#items = (menu as unknown as Menu | null)?.template ?? [];
    record('tray.setContextMenu', JSON.parse(JSON.stringify(this.#items)));
  }
  destroy(): void {
    trays.delete(this);
    record('tray.destroy');
  }
  isDestroyed(): boolean {
    return !trays.has(this);
  }

  /** For the Electron stub itself: the user clicks the icon or chooses an item of its menu. */
  click(label?: string): void {
    if (label !== undefined) clickIn(this.#items, label);
    // macOS opens the menu instead; the status notifier of Linux may do the same.
    else if (isOn('win32')) this.emit('click');
  }
}

/** The user clicks the icon, or chooses an item of its menu. */
export function clickTrays(label?: string): void {
  for (const tray of trays) tray.click(label);
}

onControl((message) => {
  if (message.type === 'tray') clickTrays(message.label);
});
