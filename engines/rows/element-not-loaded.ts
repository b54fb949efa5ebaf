// How the synchronous evaluator says that it met an element whose labels and properties are not in memory.

import type { EdgeValue, NodeValue } from '../value.ts';

/** Thrown where labels or properties of an element are read that are not loaded. Never reaches a user if the operator evaluates by mapLoading. */
export class ElementNotLoaded extends Error {
  readonly element: NodeValue | EdgeValue;
  constructor(element: NodeValue | EdgeValue) {
    super(`element ${element.id} is not loaded`);
    this.element = element;
  }
}
