/**
 * The contenders in the bench of bulk transfers to a group, each as one sender and several
 * receivers: `room-hallway`, the whole node in `#everyone` on the loopback adapter, and
 * `room-nats`, one publisher and a durable consumer of JetStream for each receiver.
 */
import { basename } from 'node:path';
import { startNode } from '../../src/main/hosts/start-node.ts';
import { startNatsReceiver, startNatsSender, type Arrivals, type End } from './messages-contenders.ts';
import type { RoomEndOptions } from './messages-orders.ts';

interface Setting {
  readonly options: RoomEndOptions;
  readonly arrivals: Arrivals;
}

const room = 'everyone';

export function startRoomContender(setting: Setting): Promise<End> {
  switch (setting.options.contender) {
    case 'room-hallway':
      return startHallway(setting);
    case 'room-nats':
      return setting.options.role === 'sender'
        ? startNatsSender(setting)
        : startNatsReceiver(setting, basename(setting.options.folder));
  }
}

/** A message is acknowledged when it is persisted: who has it is asked of the receivers. */
async function startHallway({ options, arrivals }: Setting): Promise<End> {
  const started = await startNode({
    log: { write: () => undefined },
    profileDirectory: options.folder,
    name: options.role,
    presence: { interfaces: ['lo'], port: options.port },
  });
  if (!started.ok) throw new Error(JSON.stringify(started));
  const { hallway } = started.node;
  const { rooms } = hallway;
  if (!rooms) throw new Error('it has no rooms');
  hallway.subscribe((event) => {
    if (event.type === 'message') arrivals.add(event.message.text);
  });
  return {
    address: hallway.profile.self().peerId,
    async connect() {
      const others = (): number => rooms.list().find(({ name }) => name === room)?.members.length ?? 0;
      while (others() < options.receivers) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async send(text, onAcknowledged) {
      const said = await rooms.say(room, text);
      if (!said.ok) throw new Error(said.code);
      onAcknowledged();
    },
    stop: () => started.node.stop(),
  };
}
