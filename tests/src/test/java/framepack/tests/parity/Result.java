package framepack.tests.parity;

import framepack.tensor.core.Spec;

/// The bytes that an operation left in one of its results.
record Result(Spec spec, byte[] bytes) {
  double[] values() {
    return Numbers.decode(spec.dtype(), bytes);
  }
}
