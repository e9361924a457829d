import { expect, it } from 'vitest';
import { createRoomBudgets, type RoomDatagram } from './budgets.ts';

const known: RoomDatagram = { author: 'ana', isKnownAuthor: true, source: '10.0.0.2', isProvedSource: true };
const unknown: RoomDatagram = { author: 'eve', isKnownAuthor: false, source: '10.0.0.9', isProvedSource: false };

/** Sends `count` datagrams at `nowMs`. @returns how many were admitted, and signed if they are */
function send(
  budgets: ReturnType<typeof createRoomBudgets>,
  count: number,
  datagram: (index: number) => RoomDatagram,
  nowMs = 0,
): number {
  let admitted = 0;
  for (let index = 0; index < count; index += 1) {
    if (budgets.refuse(datagram(index), nowMs) !== undefined) continue;
    budgets.signed(datagram(index), nowMs);
    admitted += 1;
  }
  return admitted;
}

it('[ROOM-82] a known author has a burst of 80 and 40 a second', () => {
  const budgets = createRoomBudgets();
  expect({ burst: send(budgets, 200, () => known), second: send(budgets, 200, () => known, 1_000) }).toEqual({
    burst: 80,
    second: 40,
  });
  expect(budgets.refuse(known, 1_000)).toBe('author-budget');
});

it('[ROOM-82] unknown authors share 20 a second, whatever their keys', () => {
  const budgets = createRoomBudgets();
  expect(send(budgets, 10_000, (index) => ({ ...unknown, author: `eve${index}` }))).toBe(20);
  expect(budgets.refuse(unknown, 0)).toBe('unknown-budget');
  expect(send(budgets, 1, () => known)).toBe(1);
});

it('[ROOM-82] an address that is not proved cannot use up the budget of a known author', () => {
  const budgets = createRoomBudgets();
  expect(send(budgets, 1_000, () => ({ ...known, isProvedSource: false }))).toBe(20);
  expect(send(budgets, 200, () => known)).toBe(80);
});

it('[ROOM-82] all together have 1,000, and known authors have 500 of them alone', () => {
  const budgets = createRoomBudgets();
  const many = (index: number) => ({ ...known, author: `peer${index % 100}` });
  expect(send(budgets, 520, many)).toBe(520);
  expect(budgets.refuse(unknown, 0)).toBe('total-budget');
  expect(send(budgets, 3_000, many)).toBe(480);
  expect(budgets.refuse(known, 0)).toBe('total-budget');
});

it('[ROOM-83] wrong signatures count for the source address, and the author pays nothing', () => {
  const budgets = createRoomBudgets();
  const forged = { ...known, source: '10.0.0.9' };
  for (let index = 0; index < 5; index += 1) {
    expect(budgets.refuse(forged, 100 * index)).toBeUndefined();
    budgets.wronglySigned(forged, 100 * index);
  }
  expect(budgets.refuse(forged, 500)).toBe('source-refused');
  expect(send(budgets, 200, () => known, 500)).toBe(80);
  expect(budgets.refuse(forged, 10_399)).toBe('source-refused');
  expect(budgets.refuse(forged, 10_400)).toBeUndefined();
});

it('[ROOM-83] four wrong signatures in a second refuse nothing', () => {
  const budgets = createRoomBudgets();
  for (let index = 0; index < 20; index += 1) budgets.wronglySigned(known, 300 * index);
  expect(budgets.refuse(known, 6_000)).toBeUndefined();
});
