// The order of the test files: those of test/logic first. They are the shortest to read and run the longest, and without figures of an
// earlier run Vitest goes by their size; one processor would then wait at the end for the last of them.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

export default class ModesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isMode = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/logic/');
    return [...sorted.filter(isMode), ...sorted.filter((file) => !isMode(file))];
  }
}
