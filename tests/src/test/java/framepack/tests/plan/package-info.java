/// Room      : framepack.tests.plan — a plan is what a real run costs.
/// May see   : framepack.plan and what it plans; the cpu backend as the judge of memory.
/// One file  : one promise of a plan.
/// Proved by : itself; hand counts are written out in the tests.
/// Read first: PlannedMemoryTest.
package framepack.tests.plan;
