/** Texts as people write them, in one respect: few words are very common, and most are rare (Zipf's law). The words themselves are made up. */
import type { SeededRandom } from '../fakes/seeded-random.ts';

export interface SampleTexts {
  next(): string;
  /** 0 is the most common. */
  word(rank: number): string;
}

const vocabularySize = 20_000;
const letters = 'etaoinshrdlucmfwypvbgkjqxz';

/** @param sizeBytes of each text */
export function createSampleTexts(random: SeededRandom, sizeBytes: number): SampleTexts {
  const words = Array.from({ length: vocabularySize }, () => makeWord(random));
  // The chance of each rank is one over it: the harmonic series, summed up, and looked up by halving.
  const sums: number[] = [];
  for (let rank = 1; rank <= vocabularySize; rank += 1) sums.push((sums.at(-1) ?? 0) + 1 / rank);

  return {
    next() {
      let text = '';
      while (text.length < sizeBytes) text += `${words[pick()]} `;
      return text.slice(0, sizeBytes);
    },
    word: (rank) => words[rank] ?? '',
  };

  function pick(): number {
    const aim = random.fraction() * (sums.at(-1) ?? 0);
    let [low, high] = [0, vocabularySize - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < aim) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function makeWord(random: SeededRandom): string {
  const length = 2 + Math.floor(random.fraction() * 8);
  // Squared, so that letters are as unequal as they are.
  return Array.from({ length }, () => letters[Math.floor(random.fraction() ** 2 * letters.length)] ?? '').join('');
}
