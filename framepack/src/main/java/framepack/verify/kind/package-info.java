/// Room      : framepack.verify.kind — one class per kind of golden case: from its inputs to our code and back.
/// May see   : everything in framepack but the command line.
/// One file  : one kind.
/// Proved by : tests/golden. Speed is no concern here.
/// Read first: Kinds, then RescaleCfgKind.
package framepack.verify.kind;
