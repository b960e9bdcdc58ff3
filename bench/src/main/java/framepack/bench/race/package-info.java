/// Room      : framepack.bench.race — the same work by several contestants in turn, in one process.
/// May see   : JMH, framepack.bench.kernel.
/// One file  : what a contestant is, how turns go, what is said of them; WeightsRace has no rivals but ourselves.
/// Proved by : every race checks that its contestants agree before the first turn.
/// Read first: Race.
package framepack.bench.race;
