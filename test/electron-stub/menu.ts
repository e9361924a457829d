/** `Menu`: remembers the template that it was built from. */
import { record } from './control.ts';

export class Menu {
  readonly template: readonly unknown[];
  constructor(template: readonly unknown[]) {
    this.template = template;
  }
  static buildFromTemplate(template: readonly unknown[]): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu | null): void {
    record('Menu.setApplicationMenu', menu?.template ?? null);
  }
}
