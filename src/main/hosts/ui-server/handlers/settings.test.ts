import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createFakeHallway, fakeSelf } from '../../../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../../../test/fakes/memory-link.ts';
import { createRpcClient, type RpcClient } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { serveUi } from '../serve-ui.ts';

function createSettingsHandlersFixture(): { readonly hallway: Hallway; readonly client: RpcClient } {
  const hallway = createFakeHallway(fakeSelf({ name: 'Ana' }));
  const link = createMemoryLink();
  const clock = createFakeClock();
  serveUi(hallway, link.right, { clock });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer });
  link.open();
  return { hallway, client };
}

it('[SET-2] a page reads the settings, changes one and takes it back', async () => {
  const { hallway, client } = createSettingsHandlersFixture();
  const first = await client.call('settings', {});
  const changed = await client.call('setSetting', { key: 'keepDays', value: 30 });
  const meanwhile = hallway.settings.get('keepDays');
  const reset = await client.call('resetSetting', { key: 'keepDays' });
  expect({ first, changed, meanwhile, reset }).toMatchObject({
    first: { ok: true, output: { name: { value: 'Ana' }, keepDays: { value: null, default: null, locked: false } } },
    changed: { ok: true, output: { keepDays: { value: 30, default: null } } },
    meanwhile: 30,
    reset: { ok: true, output: { keepDays: { value: null } } },
  });
});

it('[SET-5] a page that asks for what is not possible gets a code', async () => {
  const { client } = createSettingsHandlersFixture();
  const results = [
    await client.call('setSetting', { key: 'nope', value: 1 }),
    await client.call('setSetting', { key: 'passive', value: 'yes' }),
    await client.call('setSetting', { key: 'name', value: 'everyone' }),
    await client.call('resetSetting', { key: '__proto__' }),
  ];
  expect(results.map((result) => !result.ok && result.code)).toEqual([
    'unknown-setting',
    'bad-value',
    'name-reserved',
    'unknown-setting',
  ]);
});
