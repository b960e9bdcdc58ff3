package framepack.verify.kind;

import framepack.verify.CaseKind;
import java.util.List;

/// Every kind of golden case that the program can verify, listed here and nowhere else.
public final class Kinds {
  /// All of them.
  public static final List<CaseKind> ALL =
      List.of(
          new PrimitivesKind(),
          new RopeKind(),
          new RandnKind(),
          new FluxSchedKind(),
          new UniPcKind(),
          new EulerKind(),
          new RescaleCfgKind(),
          new FpUtilsKind(),
          new SectionsKind());

  private Kinds() {}
}
