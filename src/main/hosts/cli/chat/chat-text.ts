/**
 * The texts of messages, peers and times in the terminal chat. Pure. The screen removes characters
 * that control a terminal.
 */
import { say } from '../../../../shared/text/messages/host.ts';
import type { Health } from '../../../../shared/contract/health.ts';
import type { Peer } from '../../../../shared/contract/presence.ts';
import { describeHealth } from '../../../../shared/text/messages/describe-problem.ts';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import { isRoomMessage, type RoomMessage } from '../../../core/rooms/rooms.ts';
import { cutColumns, fitColumns } from '../output/columns.ts';
import { describeStatus } from '../output/peer-table.ts';
import { printableLine, printableLines } from '../output/printable.ts';

/** The most rows of a message: a text of empty lines would scroll everything else away. */
const maxLines = 60;
const maxNameColumns = 24;
/** The quote by which a user recognises a message. */
const maxExcerptColumns = 30;

/** A name that fits beside other text. */
export function shortName(name: string): string {
  return cutColumns(printableLine(name), maxNameColumns);
}

/** The beginning of a text, in one line. */
export function excerpt(text: string, columns: number = maxExcerptColumns): string {
  return cutColumns(printableLine(text), Math.max(columns, 1));
}

/**
 * @param author the name to show. Later lines are indented, so that none reads as another author's
 */
export function messageText(message: StoredMessage | RoomMessage, author: string): string {
  const { text, receivedAtMs, sentAtMs, state } = message;
  const isOfRoom = isRoomMessage(message);
  const lines = printableLines(text);
  const shown = lines.slice(0, maxLines);
  const more = lines.length > shown.length ? [say('chat.more-lines', { count: lines.length - shown.length })] : [];
  const [first = '', ...others] = [...shown, ...more];
  const mark = isOfRoom ? roomMark(message) : state === undefined ? '' : ` [${state}]`;
  return (
    [
      `${timeText(state === undefined && !isOfRoom ? receivedAtMs : sentAtMs)} ${author}: ${first}`,
      ...others.map((line) => `      ${line}`),
    ].join('\n') + mark
  );
}

/** How far a message of ours got, or why another one stands where it does not belong. */
function roomMark({ state, keptBy, late, ahead }: RoomMessage): string {
  if (state !== undefined)
    return keptBy === undefined || keptBy.of === 0 ? '' : say('chat.kept-mark', { count: keptBy.count, of: keptBy.of });
  return ahead ? say('chat.ahead-mark') : late ? say('chat.late-mark') : '';
}

/** A problem and its remedy, in one line. */
export function healthText(entry: Pick<Health, 'code' | 'values'>): string {
  return say('chat.problem', { ...describeHealth(entry) });
}

/** Hours and minutes, local time. */
export function timeText(atMs: number): string {
  const at = new Date(atMs);
  return `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

export function dayText(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * A row of `/users`.
 *
 * @param name with a code where one is needed; only a name without one is cut
 */
export function peerText(peer: Peer, name: string, unread: number, columns: number): string {
  const mark = unread > 0 ? say('chat.unread-mark', { count: unread }) : '';
  const details = [statusText(peer), printableLine(peer.host), printableLine(peer.note)].filter((detail) => detail !== '');
  const isPlain = name === shortName(peer.name);
  const shown = isPlain ? fitColumns(name, Math.min(maxNameColumns, Math.max(8, columns >> 2))) : name;
  return cutColumns(`  ${shown}${mark}  ${details.join('  ')}`, columns);
}

/** The end has its day if it is another one than that on which the peer was heard. */
function statusText(peer: Peer): string {
  const { busyUntilMs, lastSeenMs } = peer;
  if (busyUntilMs === undefined || busyUntilMs <= lastSeenMs) return describeStatus(peer);
  const isToday = dayText(busyUntilMs) === dayText(lastSeenMs);
  return say('chat.busy-until', { time: isToday ? timeText(busyUntilMs) : `${dayText(busyUntilMs)} ${timeText(busyUntilMs)}` });
}
