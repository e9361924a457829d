/** All attacks by name, as a scenario orders them. */
import { crowd, type CrowdOrder } from './crowd.ts';
import { floodWithGarbage, floodWronglySigned, type FloodOrder } from './floods.ts';
import type { AttackGround } from './attack-setup.ts';
import { forge, masquerade, replay, slander } from './liars.ts';

export type AttackOrder =
  | ({ readonly kind: 'garbage' | 'wrongly-signed' } & FloodOrder)
  | ({ readonly kind: 'crowd' } & CrowdOrder)
  | { readonly kind: 'forge' | 'replay' | 'slander' | 'masquerade'; readonly durationMs: number };

/** What it did, in numbers. */
export type AttackResult = Readonly<Record<string, number>>;

export function attack(ground: AttackGround, order: AttackOrder): Promise<AttackResult> {
  switch (order.kind) {
    case 'garbage':
      return floodWithGarbage(ground, order);
    case 'wrongly-signed':
      return floodWronglySigned(ground, order);
    case 'crowd':
      return crowd(ground, order);
    case 'forge':
      return forge(ground, order);
    case 'replay':
      return replay(ground, order);
    case 'slander':
      return slander(ground, order);
    case 'masquerade':
      return masquerade(ground, order);
  }
}
