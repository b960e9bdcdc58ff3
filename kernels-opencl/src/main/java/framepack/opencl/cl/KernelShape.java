package framepack.opencl.cl;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How the kernels of one source divide their work: their macros. [Seed] has those that devices begin with.
///
/// @param lanes width of vectors: 1, 4, 8 or 16
/// @param group work-items that share a row: a power of two from 1 (no local memory) to 256
/// @param chunk neighbouring elements of one work-item, >= 1
/// @param columns neighbouring sums of one work-item, >= 1
/// @param queryVectors vectors of queries that a work-item of attention owns, of 4 each in groups: 1 to 4
/// @param keyBlock keys that it meets at once: 1 to 16
/// @param tileRows rows of a matrix product's register tile: 1 to 12
/// @param tileVectors vectors of the tile's columns: 1 to 4
/// @param tileLanes floats of those vectors: 1, 4, 8 or 16
/// @param tileGroup work-items along each side of a group: 1 (no local memory), 4, 8 or 16
/// @param strip tiles that a work-item does below each other: >= 1, and 1 where `tileGroup` is more
/// @param tileDepth steps of the sum that all rows meet before the next ones, where `tileGroup` is 1: >= 1
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

  /// Steps of a product whose operands are in local memory: two tiles of `DEPTH` of `group.cl`.
  public static final long STEPS_OF_TILES = 16;

  /// Into how many parts at most a tile is cut along each side.
  private static final int MOST_SHARE = 4;

  /// What each further part costs a product, of its time: smaller tiles read more for a multiply-add.
  private static final double COST_OF_SHARE = 0.15;

  /// Refuses what kernels cannot be compiled with.
  public KernelShape {
    require(isWidth(lanes), "lanes", lanes, "1, 4, 8 or 16");
    require(isPower(group, 256), "group", group, "a power of two up to 256");
    require(chunk >= 1, "chunk", chunk, "at least 1");
    require(columns >= 1, "columns", columns, "at least 1");
    require(isUpTo(queryVectors, 4), "queryVectors", queryVectors, "1 to 4");
    require(isUpTo(keyBlock, 16), "keyBlock", keyBlock, "1 to 16");
    require(isUpTo(tileRows, 12), "tileRows", tileRows, "1 to 12");
    require(isUpTo(tileVectors, 4), "tileVectors", tileVectors, "1 to 4");
    require(isWidth(tileLanes), "tileLanes", tileLanes, "1, 4, 8 or 16");
    boolean isGroup = isPower(tileGroup, 16) && tileGroup != 2;
    require(isGroup, "tileGroup", tileGroup, "1, 4, 8 or 16");
    require(strip >= 1, "strip", strip, "at least 1");
    require(tileGroup == 1 || strip == 1, "strip", strip, "1 where tileGroup is more");
    require(tileDepth >= 1, "tileDepth", tileDepth, "at least 1");
  }

  private static void require(boolean legal, String name, int number, String expected) {
    if (!legal) {
      throw new IllegalArgumentException(
          "opencl: no kernel has %s %d, expected %s".formatted(name, number, expected));
    }
  }

  private static boolean isWidth(int lanes) {
    return lanes == 1 || lanes == 4 || lanes == 8 || lanes == 16;
  }

  private static boolean isPower(int number, int most) {
    return isUpTo(number, most) && Integer.bitCount(number) == 1;
  }

  private static boolean isUpTo(int number, int most) {
    return number >= 1 && number <= most;
  }

  /// Whether a device has groups and local memory for it. Attention takes what local memory there is.
  public boolean fits(ClDevice device) {
    long tiles = STEPS_OF_TILES * Float.BYTES * (groupRows() + tileColumns());
    return group <= device.largestGroup()
        && (long) tileGroup * tileGroup <= device.largestGroup()
        && (tileGroup == 1 || tiles <= device.freeLocalBytes());
  }

  /// What [#keep] kept for a device, else its seed.
  public static KernelShape of(ClDevice device) {
    return kept(DeviceCache.of(device)).orElseGet(() -> Seed.of(device).shape());
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
        .map(parts -> Stream.of(parts).skip(1).mapToInt(Integer::parseInt).toArray())
        .flatMap(KernelShape::legal);
  }

  private static Optional<KernelShape> legal(int[] n) {
    try {
      return Optional.of(
          new KernelShape(
              n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11]));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Whether work-items share the tiles of products, as on GPUs: by `gemm_group.cl`.
  public boolean isGrouped() {
    return tileGroup > 1;
  }

  /// Columns of a packed panel.
  public int tileColumns() {
    return tileVectors * tileLanes * tileGroup;
  }

  /// Rows of a packed tile.
  public int packedRows() {
    return tileRows * tileGroup;
  }

  /// Rows of a group's tiles.
  public int groupRows() {
    return packedRows() * strip;
  }

  /// Into how many parts along each side a product of [m, n] cuts its tiles: 1 unless they are shared. Compute units do whole
  /// tiles, so where these are few, or one too many, smaller ones are sooner done.
  public int share(long matrices, long m, long n, int computeUnits) {
    int best = 1;
    double least = Double.MAX_VALUE;
    for (int share = 1; isGrouped() && share <= MOST_SHARE; share *= 2) {
      KernelShape part = shared(share);
      long tiles =
          matrices * Math.ceilDiv(m, part.groupRows()) * Math.ceilDiv(n, part.tileColumns());
      double rounds = Math.ceilDiv(tiles, computeUnits);
      double time =
          rounds * part.groupRows() * part.tileColumns() * (1 + COST_OF_SHARE * (share - 1));
      if (time < least) {
        least = time;
        best = share;
      }
    }
    return best;
  }

  /// The shape whose tiles are such a part: `SHARE` of `gemm_group.cl`.
  public KernelShape shared(int share) {
    return withTile(Math.max(1, tileRows / share), Math.max(1, tileVectors / share), tileGroup);
  }

  /// What kernels are compiled for, in a fixed order: drivers cache programs by this string.
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
        "-DSTRIP=" + strip);
  }
}
