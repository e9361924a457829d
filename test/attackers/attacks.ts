/** All attacks by name, as a scenario orders them. */
import { crowd, type CrowdOrder } from './crowd.ts';
import { floodWithGarbage, floodWronglySigned, type FloodOrder } from './floods.ts';
import type { AttackSetup } from './attack-setup.ts';
import { comeAndGo, floodUnderKnownKeys, type ComeAndGoOrder, type KnownKeysOrder } from './key-floods.ts';
import { forge, masquerade, replay, replayBlocks, slander, type BlocksOrder } from './liars.ts';
import { reflect, type ReflectOrder } from './reflect.ts';

export type AttackOrder =
  | ({ readonly kind: 'garbage' | 'wrongly-signed' } & FloodOrder)
  | ({ readonly kind: 'crowd' } & CrowdOrder)
  | ({ readonly kind: 'come-and-go' } & ComeAndGoOrder)
  | ({ readonly kind: 'known-keys' } & KnownKeysOrder)
  | ({ readonly kind: 'reflect' } & ReflectOrder)
  | ({ readonly kind: 'replay-blocks' } & BlocksOrder)
  | { readonly kind: 'forge' | 'replay' | 'slander' | 'masquerade'; readonly durationMs: number };

/** What it did, in numbers. */
export type AttackResult = Readonly<Record<string, number>>;

export function attack(setup: AttackSetup, order: AttackOrder): Promise<AttackResult> {
  switch (order.kind) {
    case 'garbage':
      return floodWithGarbage(setup, order);
    case 'wrongly-signed':
      return floodWronglySigned(setup, order);
    case 'crowd':
      return crowd(setup, order);
    case 'come-and-go':
      return comeAndGo(setup, order);
    case 'known-keys':
      return floodUnderKnownKeys(setup, order);
    case 'reflect':
      return reflect(setup, order);
    case 'forge':
      return forge(setup, order);
    case 'replay':
      return replay(setup, order);
    case 'replay-blocks':
      return replayBlocks(setup, order);
    case 'slander':
      return slander(setup, order);
    case 'masquerade':
      return masquerade(setup, order);
  }
}
