/// Room      : framepack.tensor.core — the nouns: Shape, Layout, DType, Storage, View, Spec.
/// May see   : nothing but the JDK.  Never: kernels, tensors, backends.
/// One file  : one noun.
/// Proved by : tests/core. Speed: constant-time bookkeeping.
/// Read first: Layout.
package framepack.tensor.core;
