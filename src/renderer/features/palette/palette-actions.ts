/** The actions of the palette: their names, when they apply, and the calls that do them. */
import { statusSchema, type ProfileChange, type Status } from '../../../shared/contract/profile.ts';
import type { CallResult, RpcClient } from '../../../shared/rpc/rpc.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { endOf } from '../../../shared/lib/end-choices.ts';
import { selectCanMessage } from '../../state/message-selectors.ts';
import { openOverlay, showNetwork, showSettings, type NavigationStep } from '../../state/route.ts';
import { selectSetting } from '../../state/selectors.ts';
import type { HallwayState, HallwayStore } from '../../state/store.ts';
import { saveText } from '../../ui/save-text.ts';
import { statusWords } from '../../ui/status-mark.tsx';
import { saveAllMessages } from '../settings/all-messages.ts';

const navigating = {
  network: showNetwork(),
  'add-by-address': showNetwork({ atAddress: true }),
  'join-room': openOverlay('join-room'),
  settings: showSettings(),
  shortcuts: showSettings('shortcuts'),
  profile: openOverlay('profile'),
} as const satisfies Readonly<Record<string, NavigationStep>>;

type CallingName = `status-${Status}` | 'pause' | 'pause-end' | 'mark-all-read' | 'export' | 'report';
export type ActionName = keyof typeof navigating | CallingName;

interface OfferedAction {
  readonly action: ActionName;
  readonly title: string;
}

/** Those that make sense now. */
export function actionsFor(state: HallwayState, nowMs: number): readonly OfferedAction[] {
  const { core } = state;
  const pausedUntilMs = selectSetting(state, 'doNotDisturbUntilMs');
  const isPaused = pausedUntilMs !== null && pausedUntilMs > nowMs;
  const canMessage = selectCanMessage(state);
  return [
    ...statusSchema.options
      .filter((status) => status !== core.self?.status)
      .map((status) => offer(`status-${status}`, say('palette.set-status', { status: statusWords[status] }))),
    isPaused ? offer('pause-end', say('profile.pause.end')) : offer('pause', say('palette.pause')),
    ...(canMessage ? [offer('mark-all-read', say('list.mark-all-read'))] : []),
    ...(core.roomNames.length > 0 ? [offer('join-room', say('rooms.join'))] : []),
    offer('add-by-address', say('network.add')),
    offer('network', say('palette.network')),
    offer('settings', say('palette.settings')),
    offer('shortcuts', say('window.keys')),
    offer('profile', say('profile.open')),
    ...(canMessage ? [offer('export', say('settings-page.export'))] : []),
    offer('report', say('network.report.save')),
  ];
}

function offer(action: ActionName, title: string): OfferedAction {
  return { action, title };
}

/** @returns undefined for an action that only leads somewhere */
export function stepOfAction(action: ActionName): NavigationStep | undefined {
  return Object.hasOwn(navigating, action) ? navigating[action as keyof typeof navigating] : undefined;
}

interface ActionParts {
  readonly client: RpcClient;
  readonly store: HallwayStore;
  readonly nowMs: number;
}

type Ran = { readonly ok: true } | { readonly ok: false; readonly message: string };

export async function runAction(action: ActionName, { client, store, nowMs }: ActionParts): Promise<Ran> {
  switch (action) {
    case 'status-available':
    case 'status-away':
    case 'status-busy':
      return setStatus(statusSchema.parse(action.slice('status-'.length)), client, store);
    case 'pause':
      return client.call('setSetting', { key: 'doNotDisturbUntilMs', value: endOf('hour', nowMs) });
    case 'pause-end':
      return client.call('setSetting', { key: 'doNotDisturbUntilMs', value: null });
    case 'mark-all-read':
      return client.call('markAllRead', {});
    case 'export':
      return saveAllMessages(client, store.getState());
    case 'report':
      return saveReport(client);
    default:
      return { ok: true };
  }
}

async function setStatus(status: Status, client: RpcClient, store: HallwayStore): Promise<Ran> {
  const change: ProfileChange = { status };
  const result = await client.call('setProfile', change);
  if (result.ok) store.apply({ type: 'self-answered', self: result.output });
  return result;
}

async function saveReport(client: RpcClient): Promise<Ran> {
  const result: CallResult<{ readonly fileName: string; readonly text: string }> = await client.call('problemReport', {});
  if (result.ok) saveText(result.output.fileName, result.output.text);
  return result;
}
