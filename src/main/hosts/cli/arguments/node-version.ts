/**
 * Checks the version of Node.js, so that the command refuses one that is too old before it opens
 * anything.
 */
import { say } from '../../../../shared/text/messages/host.ts';

/**
 * @param version such as `22.13.0`, as in `process.versions.node`
 * @param engines the `node` of `engines` in package.json: `>=MAJOR.MINOR`
 * @returns a sentence for the user; undefined if the version is new enough
 */
export function refusalOfNode(version: string, engines: string): string | undefined {
  const oldest = engines.replace('>=', '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return say('cli.old-node', { oldest, version });
}
