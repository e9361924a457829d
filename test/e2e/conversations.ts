/** The conversation pane as a spec speaks of it. */
import type { Locator, Page } from '@playwright/test';

/** What one of our messages can be marked as. */
export type Mark = 'Queued' | 'Sent' | 'Delivered' | 'Read' | 'Failed' | 'Cancelled';

export function conversation(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Conversation with ${name}` });
}

/** Chooses a person in the list, wherever they are in it. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('listbox', { name: 'People' }).getByRole('option').filter({ hasText: name }).click();
}

/** Leaves the conversation, as one does to look at something else. */
export async function leave(page: Page): Promise<void> {
  await field(page).press('Escape');
}

export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** Where one writes. */
export function field(page: Page): Locator {
  return page.getByRole('textbox', { name: /^Message / });
}

/** The texts of all messages that are drawn, oldest first. */
export function texts(page: Page): Locator {
  return page.getByRole('log').locator('p[dir=auto]');
}

/** What became of a message of ours. */
export function mark(page: Page, text: string, name: Mark): Locator {
  return message(page, text).getByRole('img', { name, exact: true });
}

export function message(page: Page, text: string): Locator {
  return page.getByRole('log').locator('[data-own]').filter({ hasText: text });
}
