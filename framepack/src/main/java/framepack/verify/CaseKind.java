package framepack.verify;

/// One kind of golden case: knows which inputs there are and which code of ours answers them.
public interface CaseKind {
  /// The name in `case.json`.
  String name();

  /// Whether a tolerance from `case.json` bounds the plain difference instead of `difference / max|reference|`.
  default boolean absolute() {
    return false;
  }

  /// Computes every output of the case and offers it; the current workspace is the case's own.
  void run(GoldenCase golden, Verdicts verdicts);
}
