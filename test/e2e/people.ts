/** Locators and actions of the contact list. */
import type { Locator, Page } from '@playwright/test';

/** A person in the list's upper part: here now. */
export function here(page: Page, name?: string): Locator {
  return rows(page, 'here', name);
}

/** A person in the list's lower part: "Recently here". */
export function recentlyHere(page: Page, name?: string): Locator {
  return rows(page, 'departed', name);
}

function rows(page: Page, section: 'here' | 'departed', name: string | undefined): Locator {
  const all = page.getByRole('listbox', { name: 'People' }).locator(`[role="option"][data-section="${section}"]`);
  return name === undefined ? all : all.filter({ hasText: name });
}

/** Edits our own name or note in place, like a user. */
export async function edit(page: Page, label: 'Your name' | 'Your note', text: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('textbox', { name: label }).fill(text);
  await page.getByRole('textbox', { name: label }).press('Enter');
}
