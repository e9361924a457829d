/** Random sequences of events: the registry agrees with a model of plain lists. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expiryMs, type Emitted, createRegistryFixture, observation } from '../../../../../test/fixtures/registry.ts';

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'see'; readonly peer: number; readonly incarnation: number; readonly sequence: number }
  | { readonly do: 'remove'; readonly peer: number };

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b));

describe('any sequence of events', () => {
  const peer = fc.nat({ max: 5 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constant('wait'), ms: fc.oneof(fc.nat({ max: 40_000 }), fc.constantFrom(0, 1, 34_999, 35_000, 35_001)) }),
    fc.record({
      do: fc.constant('see'),
      peer,
      incarnation: fc.integer({ min: 1, max: 3 }),
      sequence: fc.integer({ min: 1, max: 6 }),
    }),
    fc.record({ do: fc.constant('remove'), peer }),
  );

  test('[REG-1, REG-2, REG-3, REG-4, REG-8, REG-9] leaves the registry equal to a model of plain lists', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const limits = { maxPeers: 4, maxDeparted: 2 };
        const { clock, registry, emitted } = createRegistryFixture(limits);
        const here = new Map<string, { incarnation: number; sequence: number; heardMs: number }>();
        let departed: string[] = [];
        const leave = (peerId: string): void => {
          here.delete(peerId);
          departed = [peerId, ...departed].slice(0, limits.maxDeparted);
        };
        for (const one of steps) {
          if (one.do === 'wait') {
            await clock.advance(one.ms);
            const nowMs = clock.monotonicMs();
            const due = [...here].filter(([, { heardMs }]) => nowMs - heardMs >= expiryMs);
            for (const [peerId] of due.toSorted(([, a], [, b]) => a.heardMs - b.heardMs)) leave(peerId);
          } else if (one.do === 'remove') {
            registry.remove(`peer ${one.peer}`, 'goodbye');
            if (here.has(`peer ${one.peer}`)) leave(`peer ${one.peer}`);
          } else {
            const { incarnation, sequence } = one;
            const peerId = `peer ${one.peer}`;
            registry.see(observation(peerId, sequence, { incarnation, name: `${incarnation}/${sequence}` }));
            const known = here.get(peerId);
            if (!known && here.size >= limits.maxPeers) continue;
            const isNewer =
              !known || incarnation > known.incarnation || (incarnation === known.incarnation && sequence > known.sequence);
            here.set(peerId, { ...(isNewer ? { incarnation, sequence } : known), heardMs: clock.monotonicMs() });
            departed = departed.filter((other) => other !== peerId);
          }
          const listed = registry.list().map((record) => [record.peerId, record.announcement.name, record.lastHeardMonotonicMs]);
          const expected = [...here].map(([peerId, { incarnation, sequence, heardMs }]) => [
            peerId,
            `${incarnation}/${sequence}`,
            heardMs,
          ]);
          expect(listed.toSorted(byText)).toEqual(expected.toSorted(byText));
          expect(
            registry
              .departed()
              .map(({ record }) => record.peerId)
              .toSorted(),
          ).toEqual(departed.toSorted());
          // The timer may outlive the last entry, and then finds none.
          expect(here.size > 0 ? [1] : [0, 1]).toContain(clock.pendingTimers());
        }
        expect(followed(emitted)).toEqual([...here.keys()].toSorted());
      }),
      { numRuns: 200 },
    );
  });

  /** The listed peers according to the events alone. */
  function followed(emitted: readonly Emitted[]): readonly string[] {
    const here = new Set<string>();
    for (const event of emitted) {
      if (event.type === 'joined') here.add(event.record.peerId);
      else if (event.type === 'left') here.delete(event.departed.record.peerId);
    }
    return [...here].toSorted();
  }
});
