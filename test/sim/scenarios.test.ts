/** All scenarios but those among fifty hosts, which fifty.test.ts runs at the same time. */
import { describeScenarios, titleOfFifty } from './describe-scenarios.ts';

describeScenarios(({ title }) => title !== titleOfFifty);
