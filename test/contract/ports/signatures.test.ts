/** The real and the simulated signatures fulfil the same contract. */
import { createIdentity, createSignatures } from '../../../src/main/node/crypto/identity.ts';
import { createSimSignatures } from '../../fakes/sim-identity.ts';
import { describeSignatures } from './describe-signatures.ts';

describeSignatures('P-256', () => ({ signatures: createSignatures(), makeIdentity: () => createIdentity().identity }));
describeSignatures('simulated', () => {
  const signatures = createSimSignatures();
  return { signatures, makeIdentity: signatures.identity };
});
