import { createMemoryLink } from '../../fakes/memory-link.ts';
import { describeLink } from './link-suite.ts';

describeLink('in memory', async () => {
  const { left, right, open, close } = createMemoryLink();
  return {
    page: left,
    core: () => right,
    interrupt: async () => close(),
    restore: async () => open(),
    close: async () => close(),
  };
});
