/** The running program, asked for once per link. Undefined until it answered. */
import { useEffect, useState } from 'react';
import type { About } from '../../../shared/contract/about.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { useHallwayContext } from '../../state/context.tsx';

const known = new WeakMap<RpcClient, About>();

export function useAbout(): About | undefined {
  const { client } = useHallwayContext();
  const [about, setAbout] = useState(known.get(client));
  useEffect(() => {
    if (about !== undefined) return;
    void client.call('about', {}).then((result) => {
      if (!result.ok) return;
      known.set(client, result.output);
      setAbout(result.output);
    });
  }, [about, client]);
  return about;
}
