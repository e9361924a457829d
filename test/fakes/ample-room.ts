/**
 * The owner of a listener's streams in tests that never fill it: no peer is listed, and no stream
 * has to go.
 */
import type { ListenerRoom } from '../../src/main/core/messaging/ports.ts';

export const ampleRoom: ListenerRoom = { isHereAt: () => false, closeOne: () => false };
