/// Room      : framepack.tests.tensor — who owns memory, and for how long.
/// May see   : framepack.tensor and the backends by name.
/// One file  : one noun of the engine.
/// Proved by : errors provoked on purpose, counts of allocations.
/// Read first: WorkspaceTest.
package framepack.tests.tensor;
