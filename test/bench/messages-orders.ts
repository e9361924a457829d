/** What `messages.ts` and the ends that it starts say to one another. */

export type Contender = 'hallway' | 'tls' | 'ws' | 'nats';

export interface EndOptions {
  readonly contender: Contender;
  readonly role: 'sender' | 'receiver';
  /** Where this end may keep something. */
  readonly folder: string;
  /** Of the group for Hallway, of the server for NATS. */
  readonly port: number;
  readonly sizeBytes: number;
}

/** Of the bench of rooms: one sender, and so many receivers. */
export interface RoomEndOptions extends Omit<EndOptions, 'contender'> {
  readonly contender: RoomContender;
  readonly receivers: number;
}

export type RoomContender = 'room-hallway' | 'room-nats';

export type Order =
  /** @param address what the receiver said when it was ready */
  | { readonly order: 'connect'; readonly address: string }
  /** As many, as fast as they are acknowledged: at most a window of them is unacknowledged. */
  | { readonly order: 'rush'; readonly count: number }
  /** As many, as fast as they are accepted: what is not acknowledged waits on the disk. */
  | { readonly order: 'flood'; readonly count: number }
  /** One after the other, this far apart. */
  | { readonly order: 'drip'; readonly count: number; readonly gapMs: number }
  /** What arrived since the last report. */
  | { readonly order: 'report' }
  | { readonly order: 'stop' };

export type Answer =
  | { readonly answer: 'ready'; readonly address: string }
  | { readonly answer: 'connected' | 'stopped' }
  | { readonly answer: 'sent'; readonly elapsedMs: number }
  | {
      readonly answer: 'report';
      readonly arrived: number;
      readonly outOfOrder: number;
      /** From the call that sent it to when it was told at this end. */
      readonly latenciesMs: readonly number[];
      readonly memoryBytes: number;
      readonly processorMs: number;
    };
