package framepack.order;

/// Last to first, every section moving towards the given start (paper Fig. 2c; demo_gradio.py).
///
/// The start holds the known frames next to the generated ones; the history lies to the right and
/// is empty for the first section.
public record InvertedAntiDrifting() implements InvertedOrder {
  @Override
  public String text() {
    return "inverted";
  }
}
