/**
 * A store that may refuse, for everything that keeps or reads messages: what it refuses becomes an answer, and the problem is told once, and once
 * more when it is over (rule STORE-8). What is kept together is committed together (group-commit.ts).
 */
import type { GroupCommit } from './group-commit.ts';
import { StoreError, type StoreProblem } from '../ports.ts';

export interface StoreWriter {
  /** @returns what `act` returned, once it is kept; undefined if the store refused */
  persist<Result>(act: () => Result): Promise<Result | undefined>;
  /** @returns undefined if the store refused */
  read<Result>(act: () => Result): Result | undefined;
}

interface Deps {
  readonly commits: Pick<GroupCommit, 'run'>;
  /** @param code undefined: it keeps again */
  readonly onProblem: (code: StoreProblem | undefined) => void;
}

export function createStoreWriter({ commits, onProblem }: Deps): StoreWriter {
  let problem: StoreProblem | undefined;

  return {
    async persist(act) {
      try {
        const result = await commits.run(act);
        emit(undefined);
        return result;
      } catch (error) {
        return refused(error);
      }
    },
    read(act) {
      try {
        return act();
      } catch (error) {
        return refused(error);
      }
    },
  };

  function refused(error: unknown): undefined {
    // What the caller did wrong is no problem of the store.
    if (!(error instanceof StoreError) || error.code === 'bad-cursor') throw error;
    emit(error.code);
  }

  function emit(code: StoreProblem | undefined): void {
    if (code === problem) return;
    problem = code;
    onProblem(code);
  }
}
