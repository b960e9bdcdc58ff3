/// Room      : framepack.model.wan — what is Wan 2.1's own.
/// May see   : framepack.tensor, framepack.model.
/// One file  : one part of the architecture.
/// Proved by : golden case rope.
/// Read first: WanRope.
package framepack.model.wan;
