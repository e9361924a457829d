/** Why sessions end (rule SESS-4): the words of `bye`, and who said them. */
import type { StreamEnd } from '../ports.ts';

/**
 * Why we close a session, as `bye` tells the other end. `leaving`: this node stops · `duplicate`: there is another session with this peer ·
 * `busy`: too many sessions · `not-kept`: what came could not be kept · `unexpected`: a frame that must not come now · `blocked`: never told.
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

/** By whom, and why. A peer's reason may be one that a later version invented. */
export type SessionEnd =
  | { readonly by: 'us'; readonly reason: OwnReason }
  | { readonly by: 'peer'; readonly reason: string }
  | { readonly by: 'network'; readonly reason: StreamEnd };
