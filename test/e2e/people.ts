/** Locators and actions of the contact list. */
import { expect, type Locator, type Page } from '@playwright/test';

/** A person who is here now, in whatever section. */
export function here(page: Page, name?: string): Locator {
  return rows(page, true, name);
}

/** A person who left. */
export function recentlyHere(page: Page, name?: string): Locator {
  return rows(page, false, name);
}

function rows(page: Page, isHere: boolean, name: string | undefined): Locator {
  const all = page.getByRole('listbox', { name: 'People' }).locator(`[id^="contact-"][data-here="${isHere}"]`);
  return name === undefined ? all : all.filter({ hasText: name });
}

/** Opens our own profile. */
export async function openProfile(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Your profile' }).click();
  return page.getByRole('dialog', { name: 'You' });
}

export async function closeProfile(page: Page): Promise<void> {
  await page.getByRole('dialog', { name: 'You' }).getByRole('button', { name: 'Close', exact: true }).click();
}

/** Fills in our own name or note in our open profile. */
export async function fill(profile: Locator, label: 'Your name' | 'Your note', text: string): Promise<void> {
  await profile.getByRole('button', { name: label }).click();
  await profile.getByRole('textbox', { name: label }).fill(text);
  await profile.getByRole('textbox', { name: label }).press('Enter');
}

/** Edits our own name or note in our profile, like a user. */
export async function edit(page: Page, label: 'Your name' | 'Your note', text: string): Promise<void> {
  await fill(await openProfile(page), label, text);
  await closeProfile(page);
}

/** Waits until our profile shows that note. */
export async function expectNote(page: Page, note: string): Promise<void> {
  await expect((await openProfile(page)).getByRole('button', { name: `Your note: ${note}` })).toBeVisible();
  await closeProfile(page);
}
