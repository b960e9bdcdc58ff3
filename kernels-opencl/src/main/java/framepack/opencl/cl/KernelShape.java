package framepack.opencl.cl;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  private static final String KEPT = "shape.txt";
  private static final int PARAMETERS = 12;

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

  /// What [#keep] kept for a device, else its seed.
  public static KernelShape of(ClDevice device) {
    return kept(DeviceCache.of(device)).orElseGet(() -> seed(device));
  }

  /// The shape for a device's kind.
  public static KernelShape seed(ClDevice device) {
    return device.isCpu() ? cpu(device.floatLanes()) : gpu();
  }

  /// The same with another register tile of products.
  public KernelShape withTile(int rows, int vectors, int side) {
    return new KernelShape(
        lanes,
        group,
        chunk,
        columns,
        queryVectors,
        keyBlock,
        rows,
        vectors,
        tileLanes,
        side,
        strip,
        tileDepth);
  }

  /// The same with other strips.
  public KernelShape withStrip(int tiles, int depth) {
    return new KernelShape(
        lanes,
        group,
        chunk,
        columns,
        queryVectors,
        keyBlock,
        tileRows,
        tileVectors,
        tileLanes,
        tileGroup,
        tiles,
        depth);
  }

  /// The same with other blocks of attention.
  public KernelShape withBlocks(int vectors, int keys) {
    return new KernelShape(
        lanes,
        group,
        chunk,
        columns,
        vectors,
        keys,
        tileRows,
        tileVectors,
        tileLanes,
        tileGroup,
        strip,
        tileDepth);
  }

  /// All numbers in one word, in the order of the parameters: part of a file's name.
  public String word() {
    return Stream.of(numbers()).map(String::valueOf).collect(Collectors.joining("-"));
  }

  private Integer[] numbers() {
    return new Integer[] {
      lanes,
      group,
      chunk,
      columns,
      queryVectors,
      keyBlock,
      tileRows,
      tileVectors,
      tileLanes,
      tileGroup,
      strip,
      tileDepth
    };
  }

  /// Keeps this shape for the device of a cache, until the kernels' sources change.
  public void keep(DeviceCache cache) {
    cache.write(KEPT, ClContext.sourceHash() + " " + word() + "\n");
  }

  /// What was kept for the present sources; nothing if that cannot be read.
  static Optional<KernelShape> kept(DeviceCache cache) {
    return cache
        .read(KEPT)
        .map(text -> text.strip().split("[ -]"))
        .filter(parts -> parts.length == PARAMETERS + 1)
        .filter(parts -> parts[0].equals(ClContext.sourceHash()))
        .filter(parts -> Stream.of(parts).skip(1).allMatch(part -> part.matches("\\d{1,5}")))
        .map(parts -> {
          int[] n = Stream.of(parts).skip(1).mapToInt(Integer::parseInt).toArray();
          return new KernelShape(
              n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11]);
        });
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
