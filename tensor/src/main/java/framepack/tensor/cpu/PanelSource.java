package framepack.tensor.cpu;

/// One operand of a product and how it is packed into panels.
///
/// An element is (i, p): i along the panel (a row of A, a column of B), p along the depth that is
/// summed. A panel holds `width` neighbours of i as `[depth][width]`; missing ones are zero, so that
/// the microkernel needs no edges.
interface PanelSource {
  /// Packs elements i0 .. i0 + count - 1, depth p0 .. p0 + depth - 1, into `to` from `at` on; up to
  /// one vector behind the panel is overwritten.
  void pack(int i0, int count, int p0, int depth, float[] to, int at, int width, Scratch own);

  /// Whether the depth lies side by side in memory, so that [#copyRows] is no more than a copy.
  default boolean inRows() {
    return false;
  }

  /// Copies the same elements as rows `[width][depth]`, `stride` floats apart, for
  /// [Micro#multiplyRows]; missing rows are zero. Only if [#inRows].
  default void copyRows(
      int i0, int count, int p0, int depth, float[] to, int at, int width, int stride) {
    throw new UnsupportedOperationException("the depth of this operand is not contiguous");
  }
}
