/** Counts packets in a namespace by nftables rules. */
import * as z from 'zod';
import { applyRules, runTool } from './tools.ts';

export interface Counted {
  readonly packets: number;
  /** Of IP packets, with their headers. */
  readonly bytes: number;
}

export interface Match {
  readonly name: string;
  /** Which incoming packets count, as nftables says it. */
  readonly match: string;
}

/** The output of `nft -j list counters`, as far as it is used here. */
const countersSchema = z.object({
  nftables: z.array(z.object({ counter: z.object({ name: z.string(), packets: z.number(), bytes: z.number() }).optional() })),
});

/**
 * Counts from now on, before anything is dropped.
 *
 * @param family `bridge` at the ports of a bridge, `ip` at a host
 * @returns a function that reads the counts, by name
 */
export async function countTraffic(
  namespace: string,
  family: 'bridge' | 'ip',
  matches: readonly Match[],
): Promise<() => Promise<ReadonlyMap<string, Counted>>> {
  const table = `${family} traffic`;
  const counters = matches.map(({ name }) => `counter ${name} {}`);
  const rules = matches.map(({ name, match }) => `${match} counter name ${name}`);
  const chain = `chain incoming {\ntype filter hook prerouting priority -300;\n${rules.join('\n')}\n}`;
  await applyRules(namespace, `table ${table}\ndelete table ${table}\ntable ${table} {\n${counters.join('\n')}\n${chain}\n}\n`);
  return async () => {
    const listed = await runTool('ip', [
      'netns',
      'exec',
      namespace,
      'nft',
      '-j',
      'list',
      'counters',
      'table',
      ...table.split(' '),
    ]);
    const found = countersSchema.parse(JSON.parse(listed)).nftables;
    return new Map(found.flatMap(({ counter }) => (counter ? [[counter.name, counter]] : [])));
  };
}
