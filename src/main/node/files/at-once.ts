/** Work on many small files: a few at a time, for the system has few threads for it. */

/** More would only wait for each other, and hold more files open. */
const maxAtOnce = 8;

/** Does `work` for each item. After a failure it begins no more, and rejects once none runs. */
export async function forEachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  async function run(): Promise<void> {
    while (next < items.length && !failure) {
      const item = items[next] as Item;
      next += 1;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxAtOnce, items.length) }, run));
  if (failure) throw failure.error;
}

/** Runs one piece of work after another, in the order of the calls. */
export function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Closes each, one after another, whatever fails. @throws the first failure */
export async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}
