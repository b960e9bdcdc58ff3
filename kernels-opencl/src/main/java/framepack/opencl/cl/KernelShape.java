package framepack.opencl.cl;

import java.util.List;

/// How the kernels of one source divide their work: their macros. Legal values: `lanes` 1, 4, 8 or 16 (width of vectors);
/// `group` a power of two from 1 to 256 (work-items that share a row, 1 needs no local memory); `chunk` >= 1 (neighbouring
/// elements of one work-item); `columns` >= 1 (neighbouring sums of one work-item); `tileRows`, `tileVectors` >= 1 (register
/// tile of a matrix product, rows and vectors of `tileLanes`); `tileGroup` a power of two up to 16 (work-items along each side of a group, 1
/// needs no local memory).
public record KernelShape(
    int lanes,
    int group,
    int chunk,
    int columns,
    int tileRows,
    int tileVectors,
    int tileLanes,
    int tileGroup) {
  /// One work-item a group, wide vectors, no local memory; 6 x 64 for 512-bit registers, 6 x 16 for 256-bit ones.
  public static KernelShape cpu(int lanes) {
    return lanes >= 16
        ? new KernelShape(16, 1, 2048, 16, 6, 4, 16, 1)
        : new KernelShape(8, 1, 2048, 16, 6, 2, 8, 1);
  }

  /// Many work-items, tiles of 32 x 32 in local memory; no device has less than this needs.
  public static KernelShape gpu() {
    return new KernelShape(1, 64, 1, 1, 4, 1, 4, 8);
  }

  /// The seed for a device.
  public static KernelShape of(ClDevice device) {
    return device.isCpu() ? cpu(device.floatLanes()) : gpu();
  }

  /// Columns of a packed panel.
  public int tileColumns() {
    return tileVectors * tileLanes * tileGroup;
  }

  /// Rows of a group's tile.
  public int groupRows() {
    return tileRows * tileGroup;
  }

  /// Floating-point operations of one launch at most, so that it ends within about 100 ms on a slow device of the kind:
  /// displays freeze and watchdogs bite beyond.
  public double launchFlops() {
    return tileGroup == 1 ? 4e9 : 2e10;
  }

  /// As compiler options, in a fixed order: drivers cache programs by this string.
  List<String> macros() {
    return List.of(
        "-DLANES=" + lanes,
        "-DGROUP=" + group,
        "-DCHUNK=" + chunk,
        "-DCOLUMNS=" + columns,
        "-DTILE_ROWS=" + tileRows,
        "-DTILE_VECTORS=" + tileVectors,
        "-DTILE_LANES=" + tileLanes,
        "-DTILE_GROUP=" + tileGroup);
  }
}
