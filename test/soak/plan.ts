/**
 * The troubles of a soak, drawn from its seed before it begins: the same seed, duration and number
 * of hosts give the same list.
 */
import type { SeededRandom } from '../fakes/seeded-random.ts';

/** In rounds: troubles for a while, then a calm in which all must become right again. */
export const troubledMs = 40_000;
/** At the end of a round's troubles, those that began are still going on. */
const lastTroubleMs = 34_000;
const averageGapMs = 2_500;
/** Hosts that are never ended, so that their memory can be compared over the whole soak. */
export const veteranCount = 5;

export type Trouble = { readonly atMs: number } & (
  | { readonly kind: 'leave' | 'kill'; readonly host: number; readonly forMs: number }
  | { readonly kind: 'newcomer'; readonly host: number }
  | { readonly kind: 'sleep' | 'cable'; readonly host: number; readonly forMs: number }
  | { readonly kind: 'new-address'; readonly host: number }
  | { readonly kind: 'clock'; readonly host: number; readonly byMs: number }
  | { readonly kind: 'partition'; readonly side: readonly number[]; readonly forMs: number }
  | { readonly kind: 'loss'; readonly rate: number; readonly forMs: number }
  | { readonly kind: 'flood'; readonly attack: 'garbage' | 'wrongly-signed'; readonly forMs: number }
);

export type TroubleKind = Trouble['kind'];

/** How often each kind comes, among all. */
const weights: Readonly<Record<TroubleKind, number>> = {
  leave: 3,
  kill: 4,
  newcomer: 1,
  sleep: 2,
  cable: 2,
  'new-address': 1,
  clock: 2,
  partition: 1,
  loss: 2,
  flood: 1,
};

/** Two minutes is an ordinary fault, a day a wrong date. */
const clockSteps = [-86_400_000, -120_000, 120_000, 86_400_000] as const;

/**
 * @param hostCount more than `veteranCount`; the first hosts are the veterans
 * @returns the troubles of one round, in order; `atMs` counts from the round's beginning
 */
export function planRound(random: SeededRandom, hostCount: number): readonly Trouble[] {
  const troubles: Trouble[] = [];
  /** When each of the troubles that concern everyone is over: they never overlap themselves. */
  const until = new Map<TroubleKind, number>();
  for (let atMs = gap(random); atMs < lastTroubleMs; atMs += gap(random)) {
    const trouble = draw(random, hostCount, atMs);
    if ((until.get(trouble.kind) ?? 0) > atMs) continue;
    if (trouble.kind === 'partition' || trouble.kind === 'loss' || trouble.kind === 'flood')
      until.set(trouble.kind, atMs + trouble.forMs);
    troubles.push(trouble);
  }
  return troubles;
}

function draw(random: SeededRandom, hostCount: number, atMs: number): Trouble {
  const kind = drawKind(random);
  const anyone = below(random, hostCount);
  const mortal = veteranCount + below(random, hostCount - veteranCount);
  switch (kind) {
    case 'leave':
    case 'kill':
      return { atMs, kind, host: mortal, forMs: between(random, 500, 25_000) };
    case 'newcomer':
      return { atMs, kind, host: mortal };
    case 'sleep':
      // Beyond 35 s, all others have taken the sleeper off their lists.
      return { atMs, kind, host: anyone, forMs: between(random, 1_000, 45_000) };
    case 'cable':
      return { atMs, kind, host: anyone, forMs: between(random, 1_000, 30_000) };
    case 'new-address':
      return { atMs, kind, host: anyone };
    case 'clock':
      return { atMs, kind, host: anyone, byMs: clockSteps[below(random, clockSteps.length)] ?? 0 };
    case 'partition': {
      const side = Array.from({ length: hostCount }, (_, host) => host).filter(() => random.fraction() < 0.5);
      return { atMs, kind, side, forMs: between(random, 5_000, 25_000) };
    }
    case 'loss':
      return { atMs, kind, rate: between(random, 2, 20) / 100, forMs: between(random, 5_000, 20_000) };
    case 'flood':
      return { atMs, kind, attack: random.fraction() < 0.5 ? 'garbage' : 'wrongly-signed', forMs: between(random, 4_000, 8_000) };
  }
}

function drawKind(random: SeededRandom): TroubleKind {
  const kinds = Object.entries(weights) as [TroubleKind, number][];
  let left = random.fraction() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of kinds) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'kill';
}

function gap(random: SeededRandom): number {
  return between(random, averageGapMs / 2, averageGapMs * 1.5);
}

function between(random: SeededRandom, least: number, most: number): number {
  return Math.round(least + random.fraction() * (most - least));
}

function below(random: SeededRandom, limit: number): number {
  return Math.floor(random.fraction() * limit);
}
