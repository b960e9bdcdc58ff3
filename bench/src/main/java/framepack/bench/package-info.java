/// Room      : framepack.bench — JMH benchmarks, every kernel has a number.
/// May see   : everything.
/// One file  : `<Op>Bench` in kernel, pack or e2e, at the field's shapes.
/// Proved by : answers are checked inside the benchmark before they are timed.
/// Read first: bench/README.md, the protocol.
package framepack.bench;
