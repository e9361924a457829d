/** The scenarios among fifty hosts. */
import { describeScenarios, titleOfFifty } from './describe-scenarios.ts';

describeScenarios(({ title }) => title === titleOfFifty);
