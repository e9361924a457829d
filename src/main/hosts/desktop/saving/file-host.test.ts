import { expect, test } from 'vitest';
import { createFileHost } from './file-host.ts';

test.each([
  ['in its folder', () => '/home/noor/Downloads', '/home/noor/Downloads/lake.jpg'],
  [
    'by the name alone, where the system has no such folder',
    () => {
      throw new Error("Failed to get 'downloads' path");
    },
    'lake.jpg',
  ],
])('[CHOSEN-21] the dialog proposes a place %s', async (_, folder, proposed) => {
  const asked: unknown[] = [];
  const host = createFileHost({
    shell: { showItemInFolder: () => undefined },
    dialog: {
      showSaveDialog(options: unknown) {
        asked.push(options);
        return Promise.resolve({ canceled: false, filePath: '/chosen/lake.jpg' });
      },
    },
    folder,
  });
  expect(await host.askWhereToSave('lake.jpg')).toBe('/chosen/lake.jpg');
  expect(asked).toMatchObject([{ defaultPath: proposed }]);
});
