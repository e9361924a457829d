/**
 * The operating system that the Electron stub plays. Electron's API has limits that differ by
 * system: a table of them is in README.md. In an application it is the real system; a unit test
 * chooses one with `playPlatform`.
 */
export type PlayedPlatform = 'win32' | 'darwin' | 'linux';

let played: PlayedPlatform = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';

export function playPlatform(platform: PlayedPlatform): void {
  played = platform;
}

export function playedPlatform(): PlayedPlatform {
  return played;
}

/** @returns whether the system played has the feature */
export function isOn(...platforms: readonly PlayedPlatform[]): boolean {
  return platforms.includes(played);
}
