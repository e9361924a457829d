/** The file of a picture as an address for `img`, with the small picture until it is there. */
import { useEffect, useState } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { loadPicture } from './load-file.ts';
import type { Picture } from './pictures.ts';

interface LargePicture {
  readonly address: string | undefined;
  readonly small: string | undefined;
  readonly problem: string | undefined;
  /** @param failed the address, of the file or of the small picture, that the browser cannot decode */
  onBroken(failed: string): void;
}

interface Shown {
  readonly subject: string;
  readonly address?: string;
  readonly small?: string;
  readonly problem?: string;
}

export function useLargePicture({ transferId, file, preview }: Picture): LargePicture {
  const { client, previews } = useHallwayContext();
  const subject = `${transferId} ${file}`;
  const [shown, setShown] = useState<Shown>({ subject });
  useEffect(() => {
    const leaving = new AbortController();
    let address: string | undefined;
    const put = (found: Omit<Shown, 'subject'>): void => {
      if (leaving.signal.aborted) return;
      setShown((before) => ({ ...(before.subject === subject ? before : {}), ...found, subject }));
    };
    async function load(): Promise<void> {
      const loaded = await loadPicture(client, { transferId, file }, leaving.signal);
      if (!loaded.ok) return put({ problem: loaded.problem });
      address = URL.createObjectURL(loaded.blob);
      put({ address });
    }
    if (preview !== undefined)
      void previews.of(transferId).then((all) => void (all[preview] !== undefined && put({ small: all[preview] })));
    load().catch(() => put({ problem: say('viewer.unreadable') }));
    return () => {
      leaving.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [client, previews, subject, transferId, file, preview]);
  const { address, small, problem }: Shown = shown.subject === subject ? shown : { subject };
  return {
    address: problem === undefined ? address : undefined,
    small,
    problem,
    onBroken: (failed) => setShown((before) => withoutBroken(before, failed)),
  };
}

/** A broken small picture says nothing about the file, which is still to come. */
function withoutBroken({ small, ...others }: Shown, failed: string): Shown {
  if (failed === small) return others;
  return failed === others.address
    ? { subject: others.subject, problem: say('viewer.unreadable') }
    : { ...others, ...(small === undefined ? {} : { small }) };
}
