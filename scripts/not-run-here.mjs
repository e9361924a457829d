/**
 * The checks that `npm test` cannot run on one Linux computer without a desktop, each with the CI
 * job that runs it. The closing summary lists them, so that no check is missing in silence.
 */

/**
 * @typedef {object} AbsentCheck
 * @property {string} check in plain words
 * @property {string | null} job of .github/workflows; null if a person checks it before a release
 * @property {readonly NodeJS.Platform[]} [runsOn] the systems where `npm test` runs it itself
 */

/** A real Electron window on Linux. */
const electron = 'electron';
/** A real Electron window on Windows and macOS. */
const systems = 'electron-systems';
/** Packages with the real runtime, on all three systems. */
const packages = 'packages';
/** `npm test` on Windows and macOS. */
const desktop = 'desktop';

/** @type {readonly AbsentCheck[]} */
export const absentChecks = [
  {
    job: 'egress',
    check: 'real Electron sends nothing but local multicast for two minutes: no DNS, no mDNS, while someone types',
  },
  { job: electron, check: 'the page works in a real Electron window on Linux' },
  { job: null, check: 'a click on a notification without a window opens the window within a second' },
  { job: null, check: 'six minutes after closing, all processes use at most 55 % of the memory of an open window' },
  { job: null, check: 'a hidden window comes back within 100 ms, a destroyed one within a second' },
  { job: null, check: 'the first paint of a real window has the chosen theme' },
  { job: packages, check: 'the deb with the real runtime installs on a fresh Debian, finds its libraries, and is purged' },
  { job: packages, check: 'the AppImage with its runtime' },
  { job: packages, check: 'the installers of Windows and macOS: made, installed silently and removed' },
  { job: 'clean-root', check: 'the deb in a Debian that was made from nothing, with all its libraries' },
  { job: null, check: 'the signatures of Windows and macOS packages, and the notarisation' },
  { job: systems, check: 'the page works in a real Electron window on Windows and macOS' },
  { job: null, check: "a link opens its place on macOS through the system's event" },
  { job: desktop, runsOn: ['win32'], check: 'unit, contract and simulated tests on Windows' },
  { job: desktop, runsOn: ['darwin'], check: 'unit, contract and simulated tests on macOS' },
  { job: null, check: 'a click or a reply in the Action Center of Windows, also after Hallway was closed' },
  { job: null, check: 'notifications of a signed build in the Notification Center of macOS, with a reply' },
  { job: null, check: 'turned-off notifications of Windows give their reason in the settings' },
  { job: null, check: 'the tray icon and its menu on Windows, macOS, KDE and GNOME' },
  { job: null, check: 'the unread badge on the Dock, the taskbar and the Linux launcher' },
  { job: null, check: 'a start at login, hidden, on Windows and macOS' },
  { job: null, check: 'a window on a Wayland desktop comes back after it was closed' },
  { job: null, check: 'the global shortcut through the portal of a Wayland desktop' },
  { job: null, check: 'away when the screen of Windows or macOS is locked, and idle time on Wayland' },
  { job: null, check: 'Allow in firewall on Windows, with the question of the system' },
  { job: null, check: 'the Local Network prompt of macOS, and the button that opens its settings' },
  { job: null, check: 'the templates in the Group Policy editor of Windows, and a value from its registry' },
  { job: null, check: 'managed preferences of macOS from a configuration profile' },
  { job: null, check: 'completion of the command in PowerShell' },
  { job: null, check: 'the container of build/command/Containerfile sees the others on the network of its host' },
  { job: null, check: 'the systemd user unit starts Hallway with its hardening' },
  { job: null, check: 'screen readers: Narrator, NVDA, VoiceOver and Orca' },
];

/**
 * @param {NodeJS.Platform} platform
 * @returns {readonly AbsentCheck[]} those that `npm test` does not run there
 */
export function checksNotRunOn(platform) {
  return absentChecks.filter(({ runsOn }) => !runsOn?.includes(platform));
}

/**
 * @param {NodeJS.Platform} platform
 * @returns {string[]} lines of the closing summary
 */
export function describeAbsentChecks(platform) {
  const checks = checksNotRunOn(platform);
  const jobs = [...new Set(checks.map(({ job }) => job))];
  return jobs.flatMap((job) => [
    job === null ? '  not run here, by hand before a release:' : `  not run here, CI job ${job}:`,
    ...checks.filter((each) => each.job === job).map(({ check }) => `    ${check}`),
  ]);
}
