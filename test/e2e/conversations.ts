/** Locators and actions of the conversation pane. */
import type { Locator, Page } from '@playwright/test';

/** The marks of our own messages. */
export type Mark = 'Queued' | 'Sent' | 'Delivered' | 'Read' | 'Failed' | 'Cancelled';

export function conversation(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Conversation with ${name}` });
}

/** Selects a person in any section of the list. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('listbox', { name: 'People' }).getByRole('option').filter({ hasText: name }).click();
}

/** Leaves the conversation for the network panel. */
export async function leave(page: Page): Promise<void> {
  await field(page).press('Escape');
}

export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** The composer's field. */
export function field(page: Page): Locator {
  return page.getByRole('textbox', { name: /^Message / });
}

/** The texts of all rendered messages, oldest first. */
export function texts(page: Page): Locator {
  return page.getByRole('log').locator('p[dir=auto]');
}

/** Our message in that state. The mark itself stands once for messages in a row that share it. */
export function mark(page: Page, text: string, name: Mark): Locator {
  return message(page, text).and(page.getByRole('article', { name: new RegExp(` ${name}\\.$`) }));
}

export function message(page: Page, text: string): Locator {
  return page.getByRole('log').locator('[data-own]').filter({ hasText: text });
}
