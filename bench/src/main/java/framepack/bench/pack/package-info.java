/// Room      : framepack.bench.pack — what planning a packing costs, before any tensor exists.
/// May see   : framepack.pack, framepack.order.
/// One file  : one question that a sweep asks of every packing.
/// Proved by : the answer is compared with the paper's in the set-up.
/// Read first: TokenCountBench.
package framepack.bench.pack;
