/** How a room is called on the page, and its sign: `#name`, or a lock and the title of a private one. */
import { Hash, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { readableName } from '../../../shared/text/contact-text.ts';

/** With its sign, for sentences. */
export function titleOf({ name, private: closed }: Pick<Room, 'name' | 'private'>): string {
  return closed ? readableName(closed.title) : `#${name}`;
}

interface RoomSignProps {
  readonly room: Pick<Room, 'private'>;
  readonly size: number;
  readonly className?: string | undefined;
}

export function RoomSign({ room, size, className }: RoomSignProps): ReactNode {
  return room.private ? (
    <Lock className={className} size={size} role="img" aria-label={say('private.lock')} />
  ) : (
    <Hash className={className} size={size} aria-hidden="true" />
  );
}
