import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createHealthBoard } from './health-board.ts';
import { createNetworkHealth } from './network-health.ts';
import { PortError, type InterfaceAddress } from '../ports.ts';
import { defaultPresenceOptions, SilenceError, type BoundAddress, type Presence } from '../presence/index.ts';

const startMs = Date.UTC(2026, 0, 1);
const eth0: InterfaceAddress = { name: 'eth0', family: 'ipv4', address: '10.0.0.1', prefixLength: 24, internal: false };

function bound(change: Partial<BoundAddress> = {}): BoundAddress {
  return {
    interface: eth0,
    joined: true,
    sent: 0,
    sendFailures: 0,
    tableFullFailures: 0,
    heard: 0,
    lastLoopbackMs: undefined,
    lastSendFailure: undefined,
    failure: undefined,
    ...change,
  };
}

async function createNetworkHealthFixture() {
  const clock = createFakeClock({ wallMs: startMs });
  const health = createHealthBoard({ clock });
  const state = {
    addresses: [bound()] as readonly BoundAddress[],
    leftOut: [] as readonly string[],
    dropped: 0,
    badSignature: 0,
    withheld: 0,
    refusedPeers: 0,
    doubtful: false,
  };
  const counters = () =>
    ({ ...state, dropped: { 'unknown-rate': state.dropped } }) as unknown as ReturnType<Presence['counters']>;
  const presence = { addresses: () => state.addresses, leftOut: () => state.leftOut, counters, isDoubtful: () => state.doubtful };
  const logged: string[] = [];
  const log = { write: (_level: string, message: string) => void logged.push(message) };
  let jumps = 0;
  const onClockJump = (): void => void (jumps += 1);
  const networkHealth = createNetworkHealth({ clock, log, health, presence, onClockJump }, defaultPresenceOptions);
  const stopping = new AbortController();
  const running = networkHealth.run(stopping.signal);
  await clock.advance(0);
  return {
    clock,
    networkHealth,
    state,
    logged,
    jumps: () => jumps,
    codes: () => health.list().map(({ code }) => code),
    list: () => health.list(),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

describe('network health', () => {
  test('[MEM-4, HEALTH-2] without an adapter there is a no-network entry, until one appears', async () => {
    const { clock, networkHealth, state, codes } = await createNetworkHealthFixture();
    networkHealth.ready();
    state.addresses = [];
    expect(codes()).toEqual([]);
    await clock.advance(1_000);
    expect(codes()).toEqual(['no-network']);
    state.addresses = [bound()];
    networkHealth.review();
    expect(codes()).toEqual([]);
  });

  test('[MEM-4] before the network is ready there is no entry about it', async () => {
    const { clock, state, codes } = await createNetworkHealthFixture();
    state.addresses = [];
    await clock.advance(10_000);
    expect(codes()).toEqual([]);
  });

  test('[SOCK-3] a port in exclusive use is an entry, until we have the port', async () => {
    const { networkHealth, codes, list } = await createNetworkHealthFixture();
    networkHealth.restarted({ service: 'sockets', error: new PortError('EADDRINUSE', 'in use'), delayMs: 1_000 });
    expect(codes()).toEqual(['port-taken']);
    expect(list()[0]?.values).toEqual({ port: 4_255 });
    networkHealth.ready();
    expect(codes()).toEqual([]);
  });

  test('[MEM-5] adapters that are left out are an entry with their names', async () => {
    const { clock, networkHealth, state, list } = await createNetworkHealthFixture();
    networkHealth.ready();
    state.leftOut = ['docker0', 'docker1'];
    await clock.advance(1_000);
    const values = { names: ['docker0', 'docker1'], count: 2, limit: 32 };
    expect(list()).toMatchObject([{ code: 'adapters-left-out', severity: 'info', values }]);
    state.leftOut = [];
    await clock.advance(1_000);
    expect(list()).toEqual([]);
  });

  test('[SOCK-8] several sends that a full neighbour table refuses are an entry, until a minute after the last', async () => {
    const { clock, networkHealth, state, codes } = await createNetworkHealthFixture();
    networkHealth.ready();
    state.addresses = [bound({ tableFullFailures: 4 })];
    await clock.advance(30_000);
    expect(codes()).toEqual([]);
    state.addresses = [bound({ tableFullFailures: 5 })];
    await clock.advance(60_000);
    expect(codes()).toEqual(['neighbour-table-full']);
    await clock.advance(2_000);
    expect(codes()).toEqual([]);
    state.addresses = [bound({ tableFullFailures: 9 })];
    await clock.advance(2_000);
    expect(codes()).toEqual([]);
  });

  test('[DOG-1, DOG-3] silence is an entry from the restart until a datagram is heard', async () => {
    const { networkHealth, codes } = await createNetworkHealthFixture();
    networkHealth.ready();
    networkHealth.restarted({ service: 'watchdog', error: new SilenceError(35_000), delayMs: 1_000 });
    expect(codes()).toEqual(['network-silent']);
    networkHealth.ready();
    expect(codes()).toEqual(['network-silent']);
    networkHealth.heard();
    expect(codes()).toEqual([]);
  });

  test('[SUP-3] any other failure is an entry with its cause, until networking is ready', async () => {
    const { networkHealth, codes, list, logged } = await createNetworkHealthFixture();
    networkHealth.restarted({ service: 'sockets', error: new PortError('EACCES', 'permission denied'), delayMs: 1_000.4 });
    expect([codes(), logged]).toEqual([['network-restarting'], ['networking is restarted']]);
    expect(list()[0]?.values).toEqual({ cause: 'EACCES: permission denied' });
    networkHealth.ready();
    expect(codes()).toEqual([]);
  });

  test('[SUP-3] the last fifty restarts are recorded with time, service, cause and delay', async () => {
    const { clock, networkHealth } = await createNetworkHealthFixture();
    for (let index = 0; index < 60; index += 1) {
      networkHealth.restarted({
        service: 'sockets',
        error: index === 59 ? 'a string' : new Error(`failure ${index}`),
        delayMs: 1_000.4,
      });
      await clock.advance(1_000);
    }
    const restarts = networkHealth.history().restarts;
    expect(restarts).toHaveLength(50);
    expect(restarts[0]).toEqual({ atMs: startMs + 10_000, service: 'sockets', cause: 'failure 10', delayMs: 1_000 });
    expect(restarts.at(-1)?.cause).toBe('a string');
  });

  test('[SOCK-5] an adapter that fails for 10 s is an entry with name, address and code', async () => {
    const { clock, networkHealth, state, codes, list } = await createNetworkHealthFixture();
    networkHealth.ready();
    const wlan0 = bound({
      interface: { ...eth0, name: 'wlan0', address: '192.168.0.9' },
      failure: { code: 'EADDRNOTAVAIL', sinceMs: 0 },
    });
    state.addresses = [bound(), wlan0];
    await clock.advance(9_000);
    expect(codes()).toEqual([]);
    await clock.advance(1_000);
    expect(codes()).toEqual(['interface-failed']);
    expect(list()[0]?.values).toEqual({ adapters: ['wlan0 (192.168.0.9: EADDRNOTAVAIL)'] });
    state.addresses = [bound()];
    await clock.advance(1_000);
    expect(codes()).toEqual([]);
  });

  test('[FLOW-5, HEALTH-2] a flood is one entry from its start until 10 s after its end', async () => {
    const { clock, networkHealth, state, codes, list } = await createNetworkHealthFixture();
    networkHealth.ready();
    for (let second = 0; second < 30; second += 1) {
      state.dropped += 1_000;
      await clock.advance(1_000);
      expect(codes()).toEqual(['flooded']);
    }
    expect(list()[0]?.sinceMs).toBeLessThanOrEqual(startMs + 1_000);
    await clock.advance(9_000);
    expect(codes()).toEqual(['flooded']);
    await clock.advance(1_000);
    expect(codes()).toEqual([]);
  });

  test('[HS-11, HEALTH-2] forged addresses are one entry while answers are withheld, until 10 s after the last', async () => {
    const { clock, networkHealth, state, codes } = await createNetworkHealthFixture();
    networkHealth.ready();
    state.withheld += 20;
    await clock.advance(1_000);
    expect(codes()).toEqual([]);
    state.withheld += 21;
    await clock.advance(1_000);
    expect(codes()).toEqual(['forged-addresses']);
    await clock.advance(9_000);
    expect(codes()).toEqual(['forged-addresses']);
    await clock.advance(1_000);
    expect(codes()).toEqual([]);
  });

  test('[FLOW-5] wrong signatures count like dropped datagrams', async () => {
    const { clock, networkHealth, state, codes } = await createNetworkHealthFixture();
    networkHealth.ready();
    state.badSignature += 51;
    await clock.advance(1_000);
    expect(codes()).toEqual(['flooded']);
    await clock.advance(10_000);
    expect(codes()).toEqual([]);
  });

  test('[FLOW-5] a few dropped datagrams are no flood', async () => {
    const { clock, networkHealth, state, codes } = await createNetworkHealthFixture();
    networkHealth.ready();
    for (let second = 0; second < 30; second += 1) {
      state.dropped += 10;
      await clock.advance(1_000);
    }
    expect(codes()).toEqual([]);
  });

  test('[REG-9, HEALTH-2] a full registry is one entry while candidates are refused, beacon after beacon', async () => {
    const { clock, networkHealth, state, codes, list } = await createNetworkHealthFixture();
    networkHealth.ready();
    state.refusedPeers += 1;
    await clock.advance(1_000);
    expect(codes()).toEqual(['list-full']);
    const sinceMs = list()[0]?.sinceMs;
    // One candidate that cannot be listed. It beacons every 5 s, and in a large network every 15 s.
    for (const gapMs of [5_000, 5_000, 15_000, 15_000]) {
      for (let passedMs = 0; passedMs < gapMs; passedMs += 1_000) {
        await clock.advance(1_000);
        expect(codes(), `${passedMs} ms after a refusal`).toEqual(['list-full']);
      }
      state.refusedPeers += 1;
      await clock.advance(0);
    }
    expect(list()[0]?.sinceMs).toBe(sinceMs);
    await clock.advance(60_000);
    expect(codes()).toEqual([]);
  });

  test('[SUP-4] stopping leaves no timer', async () => {
    const { clock, networkHealth, stop } = await createNetworkHealthFixture();
    networkHealth.ready();
    await clock.advance(5_500);
    await stop();
    expect(clock.pendingTimers()).toBe(0);
  });
});
