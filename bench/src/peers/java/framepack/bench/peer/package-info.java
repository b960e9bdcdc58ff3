/// Room      : framepack.bench.peer — other libraries doing the same work beside ours; built by the profile `peers` only.
/// May see   : framepack.bench, DJL's PyTorch engine, bytedeco's OpenBLAS and oneDNN.
/// One file  : a library, or a race.
/// Proved by : every race compares the results of all contestants before the first turn.
/// Read first: NanoStepRace.
package framepack.bench.peer;
