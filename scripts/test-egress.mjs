/**
 * `node scripts/test-egress.mjs`: real Electron in a network of its own, with a default route and a
 * name server that lead nowhere. After two minutes, typing included, nftables must have seen
 * nothing but Hallway's own multicast. Needs root for the network, and `SUDO_USER` to run Electron
 * as.
 *
 * `node scripts/test-egress.mjs --inside` is the part in that network. Another command after the
 * script's name runs in its place, which tries the check itself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { electronPath } from './electron-runtime.mjs';
import { destinations, forbidden, ruleset } from './egress-verdict.mjs';
import { root } from './set-up.mjs';

const network = 'hallway-egress';
const watchMs = 2 * 60_000;
const words = 'the quick brwon fox jumps ovre the lazy dog tody';

/**
 * @param {readonly string[]} command to run in the network
 * @returns {number} the exit code
 */
function watch(command) {
  const inside = ['netns', 'exec', network];
  const etc = join('/etc/netns', network);
  execFileSync('ip', ['netns', 'add', network]);
  try {
    mkdirSync(etc, { recursive: true });
    writeFileSync(join(etc, 'resolv.conf'), 'nameserver 10.77.0.1\n');
    for (const line of [
      'link set lo up',
      'link add eth0 type veth peer name gateway',
      'addr add 10.77.0.2/24 dev eth0',
      'link set gateway up',
      'link set eth0 up multicast on',
      'route add default via 10.77.0.1',
    ])
      execFileSync('ip', [...inside, 'ip', ...line.split(' ')]);
    execFileSync('ip', [...inside, 'nft', '-f', '-'], { input: ruleset });
    const user = process.env['SUDO_USER'];
    const asUser = user === undefined ? [] : ['sudo', '--preserve-env', '--user', user];
    const ran = spawnSync('ip', [...inside, ...asUser, ...command], { cwd: root, stdio: 'inherit' });
    const table = execFileSync('ip', [...inside, 'nft', '--json', '--numeric', 'list', 'table', 'inet', 'egress']);
    const sent = destinations(table.toString());
    const wrong = forbidden(sent);
    console.log(`${sent.length} destinations, ${wrong.length} of them forbidden${wrong.map((line) => `\n  ${line}`).join('')}`);
    if (ran.status !== 0) console.error(`The application ended with ${ran.status ?? ran.signal}.`);
    // Without Hallway's own multicast, the counter saw nothing at all.
    const isBlind = !sent.some(({ port }) => port === 4255);
    if (isBlind) console.error('Not even the multicast of Hallway was seen.');
    return ran.status === 0 && wrong.length === 0 && !isBlind ? 0 : 1;
  } finally {
    execFileSync('ip', ['netns', 'del', network]);
    rmSync(etc, { recursive: true, force: true });
  }
}

/** Types into every field that the first screens have, and lets Hallway run. */
async function useHallway() {
  const { _electron } = await import('@playwright/test');
  const profile = mkdtempSync(join(tmpdir(), 'hallway-egress-'));
  const executablePath = electronPath();
  if (executablePath === undefined) throw new Error('The Electron runtime is not installed.');
  const app = await _electron.launch({ executablePath, args: [join(root, 'out/main/index.js'), '--profile', profile] });
  try {
    const page = await app.firstWindow();
    const startedMs = Date.now();
    while (Date.now() - startedMs < watchMs) {
      for (const field of await page.getByRole('textbox').or(page.getByRole('searchbox')).all()) {
        if (!(await field.isVisible())) continue;
        await field.click();
        await page.keyboard.type(words, { delay: 20 });
        await page.keyboard.press('Control+A');
        await page.keyboard.press('Delete');
      }
      await wait(5_000);
    }
  } finally {
    await app.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const given = process.argv.slice(2);
if (given[0] === '--inside') await useHallway();
else
  process.exitCode = watch(
    given.length > 0 ? given : ['xvfb-run', '--auto-servernum', process.execPath, import.meta.filename, '--inside'],
  );
