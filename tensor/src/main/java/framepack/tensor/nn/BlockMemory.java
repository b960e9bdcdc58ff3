package framepack.tensor.nn;

/// Bytes of a model's weights where its blocks stream ([BlockStream]).
///
/// @param resident of weights that stay: those of no block, and all that are held in another type than they are stored in
/// @param largest of the largest block, which both slots have room for
/// @param streamed of all blocks: what a pass through the model copies
public record BlockMemory(long resident, long largest, long streamed) {
  /// What all of them take at a time.
  public long bytes() {
    return resident + slots();
  }

  /// What blocks have of that: twice the largest.
  public long slots() {
    return BlockStream.SLOTS * largest;
  }
}
