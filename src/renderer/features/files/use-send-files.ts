/** Offers files to the peer of a conversation, and says how far that is, or why it failed. */
import { useEffect, useRef, useState } from 'react';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { copyFiles } from './copy-files.ts';
import { filesOf, type ChosenFile } from './read-choice.ts';

export interface SendingFiles {
  /** Files that the user picked or pasted. */
  send(files: readonly File[]): void;
  /** Files and folders that the user dropped. */
  sendDropped(files: readonly File[], entries: readonly FileSystemEntry[]): void;
  /** The share that is read, from 0 to 1; undefined while nothing is being read. */
  readonly share: number | undefined;
  readonly problem: string | undefined;
  stop(): void;
}

export function useSendFiles(to: PeerId): SendingFiles {
  const { client } = useHallwayContext();
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const running = useRef<AbortController>(undefined);
  /** The first ID of an offer that the core prepares. */
  const offered = useRef<string>(undefined);
  useEffect(
    () =>
      client.on('chosenOffered', ({ chosenId, problem: reason }) => {
        if (chosenId !== offered.current) return;
        offered.current = undefined;
        setShare(undefined);
        if (reason !== null) setProblem(reason);
      }),
    [client],
  );
  useEffect(() => () => running.current?.abort(), []);

  async function offer(take: (progress: AbortController) => Promise<readonly string[] | string>): Promise<void> {
    if (running.current !== undefined) return;
    const controller = new AbortController();
    running.current = controller;
    setProblem(undefined);
    setShare(0);
    const chosen = await take(controller).catch(() => say('files.not-here'));
    running.current = undefined;
    if (typeof chosen === 'string' || chosen.length === 0) {
      setShare(undefined);
      setProblem(chosen === '' || typeof chosen !== 'string' ? undefined : chosen);
      return;
    }
    offered.current = chosen[0];
    const answer = await client.call('sendChosen', { to, chosen: [...chosen] });
    if (answer.ok) return;
    offered.current = undefined;
    setShare(undefined);
    setProblem(answer.message);
  }

  /** @returns IDs, or why there are none */
  async function choose(
    files: readonly File[],
    list: () => Promise<readonly ChosenFile[]>,
    { signal }: AbortController,
  ): Promise<readonly string[] | string> {
    const known = files.map((file) => window.hallway?.chooseFile(file) ?? '');
    if (known.length > 0 && known.every((id) => id !== '')) return known;
    const copied = await copyFiles(client, await list(), { signal, onProgress: setShare });
    return copied.ok ? [copied.chosenId] : copied.problem;
  }

  return {
    send: (files) =>
      void offer((controller) =>
        choose(files, () => Promise.resolve(files.map((file) => ({ path: [file.name], file }))), controller),
      ),
    sendDropped: (files, entries) => void offer((controller) => choose(files, () => filesOf(entries), controller)),
    share,
    problem,
    stop: () => running.current?.abort(),
  };
}
