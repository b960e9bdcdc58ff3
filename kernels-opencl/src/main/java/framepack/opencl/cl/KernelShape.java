package framepack.opencl.cl;

import java.util.List;

/// How the kernels of one source divide their work: their macros.
///
/// @param lanes width of vectors: 1, 4, 8 or 16
/// @param group work-items that share a row: a power of two from 1 (no local memory) to 256
/// @param chunk neighbouring elements of one work-item, >= 1
/// @param columns neighbouring sums of one work-item, >= 1
/// @param queryVectors vectors of queries that a work-item of attention owns: 1 to 4
/// @param keyBlock keys that it meets at once: 1 to 16
/// @param tileRows rows of a matrix product's register tile: 1 to 12
/// @param tileVectors vectors of the tile's columns: 1 to 4
/// @param tileLanes floats of those vectors: 1, 4, 8 or 16
/// @param tileGroup work-items along each side of a group: a power of two from 1 (no local memory) to 16
/// @param strip tiles that a work-item does below each other: >= 1, and 1 where `tileGroup` is more
/// @param tileDepth steps of the sum between two tiles of a strip: >= 1
public record KernelShape(
    int lanes,
    int group,
    int chunk,
    int columns,
    int queryVectors,
    int keyBlock,
    int tileRows,
    int tileVectors,
    int tileLanes,
    int tileGroup,
    int strip,
    int tileDepth) {
  /// One work-item a group, wide vectors, no local memory; tiles of 6 x 64 for 512-bit registers, 6 x 16 for 256-bit ones.
  public static KernelShape cpu(int lanes) {
    return lanes >= 16
        ? new KernelShape(16, 1, 2048, 16, 2, 12, 6, 4, 16, 1, 32, 1024)
        : new KernelShape(8, 1, 2048, 16, 1, 8, 6, 2, 8, 1, 32, 1024);
  }

  /// Many work-items, tiles of 32 x 32 in local memory; no device has less than this needs.
  public static KernelShape gpu() {
    return new KernelShape(1, 64, 1, 1, 1, 8, 4, 1, 4, 8, 1, 256);
  }

  /// The seed for a device.
  public static KernelShape of(ClDevice device) {
    return device.isCpu() ? cpu(device.floatLanes()) : gpu();
  }

  /// Columns of a packed panel.
  public int tileColumns() {
    return tileVectors * tileLanes * tileGroup;
  }

  /// Steps of `k` that a work-item packs: as `STEPS` in `gemm.cl`.
  public int packSteps() {
    return tileGroup == 1 ? 16 : 1;
  }

  /// Rows of a group's tile.
  public int groupRows() {
    return tileRows * tileGroup * strip;
  }

  /// Whether A is packed too: without local memory it is read as it lies.
  public boolean packsRows() {
    return tileGroup == 1;
  }

  /// Floating-point operations of one launch at most, so that it ends within about 100 ms on a slow device of the kind:
  /// displays freeze and watchdogs bite beyond.
  public double launchFlops() {
    return tileGroup == 1 ? 1e10 : 2e10;
  }

  /// As compiler options, in a fixed order: drivers cache programs by this string.
  List<String> macros() {
    return List.of(
        "-DLANES=" + lanes,
        "-DGROUP=" + group,
        "-DCHUNK=" + chunk,
        "-DCOLUMNS=" + columns,
        "-DQUERIES=" + queryVectors,
        "-DBLOCK=" + keyBlock,
        "-DTILE_ROWS=" + tileRows,
        "-DTILE_VECTORS=" + tileVectors,
        "-DTILE_LANES=" + tileLanes,
        "-DTILE_GROUP=" + tileGroup,
        "-DSTRIP=" + strip,
        "-DTILE_DEPTH=" + tileDepth);
  }
}
