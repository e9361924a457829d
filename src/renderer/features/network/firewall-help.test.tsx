import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeHallway, fakeSelf, type FakeHallway } from '../../../../test/fakes/fake-hallway.ts';
import { renderHallway } from '../../../../test/fixtures/render-hallway.tsx';
import { App } from '../../app/app.tsx';

const soonMs = 200;
let hallway: FakeHallway;

beforeEach(() => {
  hallway = createFakeHallway(fakeSelf({ name: 'Noor' }));
  hallway.setDiagnostics({ port: 4255, unicastPort: 50_296, tcpPort: 50_297 });
});
afterEach(cleanup);

async function openNetwork(code: string): Promise<string> {
  hallway.setFindings([{ code, severity: 'warning', values: { adapters: ['eth0'] } }]);
  const { advance } = await renderHallway(hallway, <App />, { nowMs: 0 });
  fireEvent.click(screen.getByRole('button', { name: 'Network' }));
  await advance(soonMs);
  await advance(soonMs);
  return screen.queryByLabelText('Lines for the terminal')?.textContent ?? 'none';
}

test('[DESK-35] a finding that the firewall may explain has the lines to copy', async () => {
  expect(await openNetwork('send-refused')).toBe(
    'sudo ufw allow 4255,50296/udp comment Hallway\nsudo ufw allow 50297/tcp comment Hallway',
  );
  expect(screen.getByRole('button', { name: 'Copy the lines' })).toBeTruthy();
  // Nothing here can change it by itself.
  expect(screen.queryByRole('button', { name: 'Allow in firewall' })).toBeNull();
});

test('[DESK-35] other findings have none', async () => {
  expect(await openNetwork('no-route')).toBe('none');
});
