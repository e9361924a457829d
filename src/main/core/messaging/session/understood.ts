/**
 * The frames that a peer understands, as the capabilities of its hello say: no session sends it
 * others.
 */
import {
  filesCapability,
  isFileDataFrame,
  isRoomFrame,
  isTransferFrame,
  roomsCapability,
  type SessionFrame,
} from '../wire/frames.ts';
import type { Hello } from './hello.ts';

export interface Understood {
  readonly hasRooms: boolean;
  readonly hasFiles: boolean;
}

export function understoodBy({ capabilities }: Pick<Hello, 'capabilities'>): Understood {
  return { hasRooms: capabilities.includes(roomsCapability), hasFiles: capabilities.includes(filesCapability) };
}

export function isUnderstood(frame: SessionFrame, { hasRooms, hasFiles }: Understood): boolean {
  return (hasRooms || !isRoomFrame(frame)) && (hasFiles || !(isTransferFrame(frame) || isFileDataFrame(frame)));
}
