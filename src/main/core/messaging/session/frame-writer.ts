/**
 * Writes the frames of a session to its stream. While more than a limit is unsent, the session
 * reads nothing, so that a peer that takes no answers asks for no more of them.
 */
import type { SecureStream } from '../ports.ts';
import type { Frame } from '../wire/frames.ts';
import type { SessionDeadlines } from './deadlines.ts';
import { createFrameEncoder } from './encode-frames.ts';
import type { FlowControl } from './flow-control.ts';
import type { SessionOptions } from './options.ts';

interface Deps {
  readonly stream: SecureStream;
  readonly deadlines: SessionDeadlines;
  readonly flow: FlowControl;
}

export interface FrameWriter {
  /** @returns false when more should wait for the stream to drain */
  write(frame: Frame): boolean;
  drained(): void;
}

export function createFrameWriter(
  { stream, deadlines, flow }: Deps,
  { maxUnsentBytes }: Pick<SessionOptions, 'maxUnsentBytes'>,
): FrameWriter {
  const encode = createFrameEncoder(stream);

  return {
    write(frame) {
      const bytes = encode(frame);
      deadlines.wrote(bytes.length);
      if (stream.write(bytes)) return true;
      deadlines.stuck();
      if (stream.bufferedBytes > maxUnsentBytes) flow.hold('unsent');
      return false;
    },
    drained() {
      deadlines.drained();
      flow.release('unsent');
    },
  };
}
