/** `Menu`: remembers the template that it was built from, and can be clicked by a test. */
import { onControl, record } from './control.ts';

export interface Item {
  readonly label?: string;
  readonly submenu?: readonly Item[];
  click?(): void;
}

let clickable: readonly Item[] = [];

export class Menu {
  readonly template: readonly Item[];
  constructor(template: readonly Item[]) {
    this.template = template;
  }
  static buildFromTemplate(template: readonly Item[]): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu | null): void {
    clickable = menu?.template ?? [];
    // Functions do not cross.
    record('Menu.setApplicationMenu', JSON.parse(JSON.stringify(clickable)));
  }
}

onControl((message) => {
  if (message.type === 'menu') clickIn(clickable, message.label);
});

/** The user chooses the item. */
export function clickIn(items: readonly Item[], label: string): void {
  find(items, label)?.click?.();
}

/** @param label as people read it: an ampersand only marks the letter to press */
function find(items: readonly Item[], label: string): Item | undefined {
  for (const item of items) {
    if (item.label?.replace('&', '') === label) return item;
    const found = find(item.submenu ?? [], label);
    if (found) return found;
  }
  return undefined;
}
