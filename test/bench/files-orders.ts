/** The messages between `files.ts` and the ends that it starts. */

export interface FilesEndOptions {
  readonly role: 'sender' | 'receiver';
  /** Where this end has its profile, and where files arrive. */
  readonly folder: string;
  /** Of the group. */
  readonly port: number;
  readonly interfaceName: string;
}

export type FilesOrder =
  /** @param peerId what the other end said when it was ready */
  | { readonly order: 'meet'; readonly peerId: string }
  /** The other end accepts it at once. */
  | { readonly order: 'send'; readonly paths: readonly string[] }
  /** Sends a message every `gapMs` until `quiet`. */
  | { readonly order: 'drip'; readonly gapMs: number }
  | { readonly order: 'quiet' }
  /** Memory and processor time since the last report. */
  | { readonly order: 'report' }
  | { readonly order: 'stop' };

export type FilesAnswer =
  | { readonly answer: 'ready'; readonly peerId: string }
  | { readonly answer: 'met' | 'dripping' | 'stopped' }
  /** Milliseconds on the clock of the machine. */
  | { readonly answer: 'sent'; readonly askedMs: number; readonly offeredMs: number; readonly doneMs: number }
  /** One way, from the call that sent a message to the event that shows it here. */
  | { readonly answer: 'heard'; readonly latenciesMs: readonly number[] }
  | { readonly answer: 'report'; readonly idleBytes: number; readonly mostBytes: number; readonly processorMs: number };
