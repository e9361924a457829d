/** Why sessions end (rule SESS-4): the reasons of `bye`, and which end gave them. */
import type { StreamEnd } from '../ports.ts';

/**
 * Why this node closes a session, as `bye` reports it. `leaving`: this node stops · `duplicate`:
 * there is another session with this peer · `busy`: too many sessions · `not-kept`: a message could
 * not be persisted · `unexpected`: a frame that must not come now · `blocked`: never sent.
 */
export type OwnReason =
  | 'leaving'
  | 'idle'
  | 'duplicate'
  | 'busy'
  | 'version'
  | 'team-key'
  | 'unexpected'
  | 'malformed'
  | 'too-large'
  | 'too-many'
  | 'deadline'
  | 'not-kept'
  | 'blocked';

/** The end that closed, and why. A peer may send a reason that a later version added. */
export type SessionEnd =
  | { readonly by: 'us'; readonly reason: OwnReason }
  | { readonly by: 'peer'; readonly reason: string }
  | { readonly by: 'network'; readonly reason: StreamEnd };
