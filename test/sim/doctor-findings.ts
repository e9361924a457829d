/** What the doctor of a simulated node finds. */
import type { Finding } from '../../src/shared/contract/diagnostics.ts';
import type { SimNode } from './sim-node.ts';

export function findingsOf({ hallway }: SimNode): readonly Finding[] {
  return hallway.diagnostics.examine().findings;
}

export function found(node: SimNode): readonly string[] {
  return findingsOf(node).map(({ severity, code }) => `${severity} ${code}`);
}
