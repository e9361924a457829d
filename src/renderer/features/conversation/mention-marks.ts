/**
 * The mentions in a line of a room, as places in its text (rule MENT-12). They follow the names of
 * the moment: of the user, of members and of authors.
 */
import type { Message } from '../../../shared/contract/messages.ts';
import { partsOf } from '../../../shared/lib/ids.ts';
import { createMentionMarker, mayMention, type MarkedMention } from '../../../shared/text/mentions.ts';
import { selectSetting } from '../../state/selectors.ts';
import type { HallwayState } from '../../state/store.ts';
import { selectMentionable } from './mentionable.ts';

/** Marks of one line that are shown; a line may be nothing but mentions. */
const maxMarks = 64;

type Marker = ReturnType<typeof createMentionMarker>;

interface Made extends Pick<HallwayState, 'core' | 'messages'> {
  readonly room: string;
  readonly mark: Marker;
}

/** The last one made: all lines of a room are marked by the same. */
let made: Made | undefined;

/**
 * @returns the places as JSON, so that two results can be compared; empty if there are none
 */
export function selectMarks(state: HallwayState, { conversation, text, mention }: Message): string {
  const parts = partsOf(conversation);
  if (parts.type !== 'room' || !(mention === true || mayMention(text))) return '';
  const marks = markerOf(state, parts.name)(text).slice(0, maxMarks);
  return marks.length === 0 ? '' : JSON.stringify(marks);
}

/** @param marks as `selectMarks` gives them */
export function parseMarks(marks: string): readonly MarkedMention[] {
  return marks === '' ? [] : (JSON.parse(marks) as readonly MarkedMention[]);
}

function markerOf(state: HallwayState, room: string): Marker {
  const { core, messages } = state;
  if (made?.core === core && made.messages === messages && made.room === room) return made.mark;
  const { self } = core;
  const own = { peerId: self?.peerId ?? '', name: self?.name ?? '', keywords: selectSetting(state, 'keywords') };
  made = { core, messages, room, mark: createMentionMarker(own, selectMentionable(state, room)) };
  return made.mark;
}
