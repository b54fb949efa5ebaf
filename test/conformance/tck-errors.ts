// Which of our error codes count as an error that the TCK expects. The kind and the detail name the row; `*` stands for every detail.
// The phase is checked apart: compile time means that EXPLAIN of the same text is refused too.

export interface ErrorMapping {
  readonly kind: string;
  readonly detail: string;
  readonly codes: readonly string[];
}

const wrongType = ['type/operand', 'type/argument', 'type/condition', 'type/no-field', 'type/not-an-element'];
const syntax = ['syntax/unexpected', 'syntax/character', 'syntax/unclosed-string'];

export const errorMappings: readonly ErrorMapping[] = [
  { kind: 'SyntaxError', detail: 'InvalidArgumentType', codes: [...wrongType, 'type/limit'] },
  { kind: 'SyntaxError', detail: 'UndefinedVariable', codes: ['bind/unknown-name'] },
  { kind: 'SyntaxError', detail: 'VariableAlreadyBound', codes: ['bind/variable-kind', 'bind/duplicate-alias', 'bind/create-pattern'] },
  { kind: 'SyntaxError', detail: 'VariableTypeConflict', codes: ['bind/variable-kind', 'bind/duplicate-alias'] },
  { kind: 'SyntaxError', detail: 'UnexpectedSyntax', codes: [...syntax, 'bind/pattern-here'] },
  { kind: 'SyntaxError', detail: 'InvalidNumberOfArguments', codes: ['bind/arguments'] },
  { kind: 'SyntaxError', detail: 'InvalidArgumentPassingMode', codes: ['bind/arguments'] },
  { kind: 'SyntaxError', detail: 'NoSingleRelationshipType', codes: ['bind/create-pattern', 'syntax/unexpected'] },
  { kind: 'SyntaxError', detail: 'InvalidParameterUse', codes: ['bind/parameter-properties'] },
  { kind: 'SyntaxError', detail: 'InvalidNumberLiteral', codes: ['syntax/number', 'syntax/unexpected', 'syntax/character'] },
  { kind: 'SyntaxError', detail: 'NonConstantExpression', codes: ['type/limit', 'bind/unknown-name'] },
  { kind: 'SyntaxError', detail: 'NegativeIntegerArgument', codes: ['type/limit'] },
  {
    kind: 'SyntaxError',
    detail: 'InvalidClauseComposition',
    codes: ['syntax/unexpected', 'bind/after-return', 'bind/no-return', 'bind/mixed-union'],
  },
  { kind: 'SyntaxError', detail: 'InvalidAggregation', codes: ['bind/aggregate-here', 'bind/not-grouped'] },
  { kind: 'SyntaxError', detail: 'IntegerOverflow', codes: ['syntax/number'] },
  { kind: 'SyntaxError', detail: 'FloatingPointOverflow', codes: ['syntax/number'] },
  { kind: 'SyntaxError', detail: 'RelationshipUniquenessViolation', codes: ['bind/variable-kind', 'bind/duplicate-alias'] },
  { kind: 'SyntaxError', detail: 'NoVariablesInScope', codes: ['bind/star'] },
  { kind: 'SyntaxError', detail: 'InvalidUnicodeCharacter', codes: ['syntax/character'] },
  { kind: 'SyntaxError', detail: 'InvalidDelete', codes: ['syntax/unexpected', 'type/not-an-element', 'bind/variable-kind'] },
  { kind: 'SyntaxError', detail: 'DifferentColumnsInUnion', codes: ['bind/column-count', 'bind/union-columns'] },
  { kind: 'SyntaxError', detail: 'CreatingVarLength', codes: ['bind/create-pattern'] },
  { kind: 'TypeError', detail: 'InvalidArgumentType', codes: wrongType },
  { kind: 'TypeError', detail: 'InvalidArgumentValue', codes: wrongType },
  { kind: 'TypeError', detail: 'InvalidPropertyType', codes: ['type/not-storable', 'type/properties'] },
  { kind: 'TypeError', detail: '*', codes: wrongType },
  { kind: 'TypeError', detail: 'MapElementAccessByNonString', codes: ['type/operand'] },
  { kind: 'TypeError', detail: 'ListElementAccessByNonInteger', codes: ['type/operand'] },
  { kind: 'TypeError', detail: 'InvalidElementAccess', codes: ['type/operand'] },
  { kind: 'TypeError', detail: 'PropertyAccessOnNonMap', codes: ['type/no-field'] },
  { kind: 'SyntaxError', detail: 'AmbiguousAggregationExpression', codes: ['bind/not-grouped'] },
  { kind: 'SyntaxError', detail: 'NestedAggregation', codes: ['bind/aggregate-here'] },
  { kind: 'SyntaxError', detail: 'NoExpressionAlias', codes: ['bind/needs-alias'] },
  { kind: 'SyntaxError', detail: 'ColumnNameConflict', codes: ['bind/duplicate-alias'] },
  { kind: 'SyntaxError', detail: 'UnknownFunction', codes: ['bind/unknown-function'] },
  { kind: 'SyntaxError', detail: 'RequiresDirectedRelationship', codes: ['bind/create-pattern'] },
  { kind: 'SyntaxError', detail: 'InvalidRelationshipPattern', codes: ['syntax/unexpected'] },
  { kind: 'SyntaxError', detail: 'InvalidUnicodeLiteral', codes: ['syntax/character', 'syntax/escape'] },
  { kind: 'EntityNotFound', detail: 'DeletedEntityAccess', codes: ['type/deleted-element'] },
  { kind: 'ArgumentError', detail: 'NumberOutOfRange', codes: ['type/argument'] },
  { kind: 'ArgumentError', detail: 'InvalidArgumentType', codes: wrongType },
  { kind: 'ParameterMissing', detail: 'MissingParameter', codes: ['bind/unknown-parameter'] },
  { kind: 'ProcedureError', detail: 'ProcedureNotFound', codes: ['bind/unknown-procedure'] },
  { kind: 'ConstraintVerificationFailed', detail: 'DeleteConnectedNode', codes: ['constraint/has-edges'] },
  { kind: 'SemanticError', detail: 'MergeReadOwnWrites', codes: ['type/properties', 'type/argument'] },
];

export function expectedCodes(kind: string, detail: string): readonly string[] {
  return errorMappings.find((m) => m.kind === kind && m.detail === detail)?.codes ?? [];
}
