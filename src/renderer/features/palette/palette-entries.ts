/**
 * Everything that the palette leads to: conversations with the recent ones first, actions, and rows
 * of the settings (rule PAL-1). Pure.
 */
import type { About } from '../../../shared/contract/about.ts';
import { settingKeys, settingsTable, type SettingKey } from '../../../shared/contract/settings.ts';
import { conversationOf, conversationOfRoom, partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { settingSynonyms } from '../../../shared/text/messages/settings/setting-words.ts';
import { selectTitle } from '../../state/message-selectors.ts';
import { placeOfSection } from '../../state/settings-places.ts';
import type { HallwayState } from '../../state/store.ts';
import { isPossible, placeTitle } from '../settings/groups.ts';
import { findByWords, soughtBy, type Sought } from './match-words.ts';
import { actionsFor, type ActionName } from './palette-actions.ts';

/** More than anyone reads; a further word finds the rest. */
export const maxResults = 50;
/** Recent conversations above the actions, while nothing is typed. */
const recentCount = 8;

interface Shown {
  /** Unique, and fit for an attribute. */
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly sought: Sought;
}

export type PaletteEntry =
  | (Shown & { readonly type: 'person' | 'room' | 'private-room'; readonly conversation: ConversationId })
  | (Shown & { readonly type: 'action'; readonly action: ActionName })
  | (Shown & { readonly type: 'setting'; readonly key: SettingKey });

export interface PaletteEntries {
  readonly recent: readonly PaletteEntry[];
  readonly otherConversations: readonly PaletteEntry[];
  readonly actions: readonly PaletteEntry[];
  readonly settings: readonly PaletteEntry[];
}

/** @param about absent: it is not known yet which settings do anything here */
export function entriesOf(state: HallwayState, about: About | undefined, nowMs: number): PaletteEntries {
  const { core, messages } = state;
  const recent = [...messages.conversations.values()].sort((a, b) => b.last.receivedAtMs - a.last.receivedAtMs);
  const recentIds = new Set(recent.map(({ conversation }) => conversation));
  const others = [
    ...core.hereIds.map(conversationOf),
    ...core.roomNames.map(conversationOfRoom),
    ...core.departedIds.map(conversationOf),
  ];
  const entryOf = (id: ConversationId): readonly PaletteEntry[] => conversationEntry(state, id);
  return {
    recent: [...recentIds].flatMap(entryOf),
    otherConversations: [...new Set(others)].filter((id) => !recentIds.has(id)).flatMap(entryOf),
    actions: actionsFor(state, nowMs).map(({ action, title }) => ({
      type: 'action',
      action,
      id: `go-action-${action}`,
      title,
      detail: say('palette.action'),
      sought: soughtBy(title),
    })),
    settings: about === undefined ? [] : settingKeys.filter((key) => isPossible(key, about)).map(settingEntry),
  };
}

export function findEntries(
  { recent, otherConversations, actions, settings }: PaletteEntries,
  text: string,
): readonly PaletteEntry[] {
  if (text.trim() !== '') return findByWords([...recent, ...otherConversations, ...actions, ...settings], text, maxResults);
  const [first, later] = [recent.slice(0, recentCount), recent.slice(recentCount)];
  return [...first, ...actions, ...later, ...otherConversations, ...settings].slice(0, maxResults);
}

/** None for a blocked person, and for a room that the user left. */
function conversationEntry(state: HallwayState, conversation: ConversationId): readonly PaletteEntry[] {
  const { core, messages } = state;
  const parts = partsOf(conversation);
  const title = selectTitle(state, conversation);
  if (parts.type === 'dm') {
    if (messages.contacts.get(parts.peerId)?.blocked === true) return [];
    const peer = core.peers.get(parts.peerId) ?? core.departed.get(parts.peerId);
    const sought = soughtBy(title, `${peer?.host ?? ''} ${peer?.note ?? ''}`);
    return [{ type: 'person', id: `go-${conversation}`, conversation, title, detail: peer?.host ?? '', sought }];
  }
  const room = core.rooms.get(parts.name);
  if (room === undefined) return [];
  const type = room.private === undefined ? 'room' : 'private-room';
  const sought = soughtBy(title.replace(/^#/u, ''), room.topic);
  return [{ type, id: `go-${conversation}`, conversation, title, detail: room.topic, sought }];
}

function settingEntry(key: SettingKey): PaletteEntry {
  const title = settingMessage(key, 'label');
  const place = placeTitle(placeOfSection(settingsTable[key].section));
  const more = `${settingMessage(key, 'description')} ${settingSynonyms[key]} ${say('settings-page.title')} ${place}`;
  return {
    type: 'setting',
    key,
    id: `go-setting-${key}`,
    title,
    detail: say('palette.setting', { place }),
    sought: soughtBy(title, more),
  };
}
