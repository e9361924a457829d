/**
 * One banner that is not about a message, and whether the system shows it. Systems answer by
 * events; one that does not answer shows nothing.
 */
import type { Notification as Banner } from 'electron';
import type { Clock } from '../../../core/ports.ts';

/** Systems answer at once; this is for those that never do. */
const bannerLimitMs = 5_000;

/** `error`: the text of the system, if it gave one. */
type BannerResult = { readonly isShown: true } | { readonly isShown: false; readonly error?: string };

/** Never rejects. */
export function showSystemBanner(
  banner: Pick<Banner, 'on' | 'show' | 'close'>,
  { setTimer }: Pick<Clock, 'setTimer'>,
  limitMs = bannerLimitMs,
): Promise<BannerResult> {
  return new Promise((resolve) => {
    // The timer also keeps the banner alive until the system answers.
    const cancel = setTimer(() => {
      banner.close();
      resolve({ isShown: false });
    }, limitMs);
    banner.on('show', () => {
      cancel();
      resolve({ isShown: true });
    });
    banner.on('failed', (_event, error) => {
      cancel();
      resolve({ isShown: false, error });
    });
    banner.show();
  });
}
