/** The terminal chat while thousands of keys come and go. */
import { describe, expect, it } from 'vitest';
import { createChatFixture, withBo } from '../../../../../test/fixtures/chat.ts';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';

describe('the terminal chat under a flood', () => {
  it('[CHAT-7] has one warning for all of one name that come together', async () => {
    const fixture = await withBo();
    await fixture.clock.advance(5);
    for (let number = 10; number < 40; number += 1) fixture.join(fakePeer(number, { name: 'bo' }));
    await fixture.clock.advance(300);
    const shown = await fixture.shown();
    expect(shown.filter((line) => line.startsWith('!'))).toEqual([
      "! 30 people called bo are here that you haven't met. Ask them in person before you trust one.",
    ]);
  });

  it('[CHAT-7] shows a few warnings a minute, and counts the others', async () => {
    const fixture = await withBo();
    await fixture.clock.advance(5);
    for (let number = 10; number < 70; number += 1) {
      fixture.join(fakePeer(number, { name: 'bo' }));
      await fixture.clock.advance(1_000);
    }
    const warnings = (await fixture.shown()).filter((line) => line.startsWith('!'));
    const counts = warnings.filter((line) => /^! (1 more person uses|\d+ more people use) the name of someone/u.test(line));
    expect({ isFew: warnings.length <= 9, hasCounts: counts.length > 0 }).toEqual({ isFew: true, hasCounts: true });
  });

  it('[CHAT-7] shows 20 that leave one by one, and counts the others', async () => {
    const fixture = await createChatFixture((desk) => {
      for (let number = 10; number < 110; number += 1) desk.join(fakePeer(number));
    });
    await fixture.shown();
    for (let number = 10; number < 110; number += 1) fixture.fake.leave(fakePeerId(number), 'goodbye');
    await fixture.clock.advance(10_000);
    const shown = await fixture.shown();
    expect({ lines: shown.length, last: shown.at(-1) }).toEqual({ lines: 21, last: '* 80 more people left' });
  });

  it('[CHAT-7] shows those that join one after another in ever fewer lines', async () => {
    const fixture = await createChatFixture();
    await fixture.shown();
    for (let number = 10; number < 210; number += 1) {
      fixture.join(fakePeer(number));
      await fixture.clock.advance(400);
    }
    expect((await fixture.shown()).length).toBeLessThanOrEqual(29);
  });
});
