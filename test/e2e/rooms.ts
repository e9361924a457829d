/** Locators and actions of rooms. Messages and the composer are those of conversations.ts. */
import type { Locator, Page } from '@playwright/test';

/** The row of a room in the list, by its name. */
export function roomRow(page: Page, name: string): Locator {
  return page.getByRole('listbox', { name: 'People' }).locator(`#room-${name}`);
}

export function room(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Room #${name}` });
}

/** Joins a room by its name in the dialog. The room is open then. */
export async function joinRoom(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Join a room' }).click();
  await page.getByRole('textbox', { name: 'Name of a room' }).fill(name);
  await page.keyboard.press('Enter');
}

/** Opens the dialog with topic, members and settings of the open room. */
export async function openRoomDetails(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Members and settings' }).click();
  // In a wide window they stand beside the room.
  return page.getByRole('dialog').or(page.getByRole('complementary'));
}

/** The names above messages of others, oldest first. */
export function authors(page: Page): Locator {
  return page.getByRole('log').locator('bdi');
}
