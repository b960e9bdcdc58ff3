/// Room      : framepack.tests.op — what an operation says about its operands before any kernel runs.
/// May see   : framepack.tensor, and the cases of framepack.tests.parity.
/// One file  : one part of the record: shape rule, cost.
/// Proved by : every parity case with one operand made wrong.
/// Read first: ShapeRuleTest.
package framepack.tests.op;
