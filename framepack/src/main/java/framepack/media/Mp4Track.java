package framepack.media;

import framepack.media.BitSource.Damaged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The sample table of a file's first video track: where each coded frame lies and when it is
/// shown. Own, because JCodec's demuxer trusts every length in the file.
///
/// @param parameters H.264 parameter sets, without start codes
/// @param lengthBytes size of the length in front of each NAL unit
/// @param offsets file position of each sample, in decoding order
/// @param sizes bytes of each sample
/// @param places display position of each sample
record Mp4Track(
    List<ByteBuffer> parameters,
    int lengthBytes,
    long[] offsets,
    int[] sizes,
    int[] places,
    FrameRate rate) {

  private static final int VISUAL_FIELDS = 78; // of a visual sample entry, before its boxes
  private static final int MAX_FRAMES = 4_000_000;
  private static final int MAX_SAMPLE = 64 << 20;

  int frames() {
    return offsets.length;
  }

  /// @param moov the index of the file
  /// @param fileSize bytes of the whole file
  static Mp4Track read(BoxSource moov, long fileSize) {
    for (BoxSource child : moov.children(0)) {
      if (child.type().equals("trak") && isVideo(child)) {
        return of(child, fileSize);
      }
    }
    throw new Damaged("has no video track");
  }

  private static boolean isVideo(BoxSource trak) {
    BoxSource handler = trak.find("mdia", "hdlr");
    if (handler == null || handler.body().remaining() < 12) {
      return false;
    }
    ByteBuffer in = handler.body().duplicate();
    in.position(in.position() + 8);
    return BoxSource.fourCharacters(in).equals("vide");
  }

  private static Mp4Track of(BoxSource trak, long fileSize) {
    BoxSource table = trak.need("mdia", "minf", "stbl");
    ByteBuffer avcC = avcC(table.need("stsd"));
    int lengthBytes = (avcC.get(avcC.position() + 4) & 3) + 1;
    int[] sizes = sizes(table.need("stsz"), fileSize);
    if (sizes.length == 0) {
      throw new Damaged(
          "its video track holds no frames (fragmented mp4 is not read; rewrite it with:"
              + " ffmpeg -i IN -c copy OUT.mp4)");
    }
    long[] offsets = offsets(table, sizes);
    for (int i = 0; i < sizes.length; i++) {
      if (offsets[i] < 0 || offsets[i] + sizes[i] > fileSize) {
        throw new Damaged(
            "is cut short: frame %d of %d ends at byte %d, the file at byte %d"
                .formatted(i, sizes.length, offsets[i] + sizes[i], fileSize));
      }
    }
    long[] starts = new long[sizes.length];
    long duration = times(table, starts);
    long timescale = timescale(trak.need("mdia", "mdhd"));
    FrameRate rate =
        duration > 0 && timescale > 0
            ? FrameRate.approximate(sizes.length * timescale, duration)
            : FrameRate.of(25);
    return new Mp4Track(parameters(avcC), lengthBytes, offsets, sizes, places(starts), rate);
  }

  private static ByteBuffer avcC(BoxSource stsd) {
    List<BoxSource> entries = stsd.children(8);
    if (entries.isEmpty()) {
      throw new Damaged("does not say how its video is coded");
    }
    BoxSource entry = entries.getFirst();
    if (!entry.type().equals("avc1") && !entry.type().equals("avc3")) {
      throw new Damaged(
          "its video is coded as '%s', only H.264 is read; convert it with: ffmpeg -i IN -c:v libx264"
                  .formatted(entry.type())
              + " -pix_fmt yuv420p OUT.mp4");
    }
    for (BoxSource box : entry.children(VISUAL_FIELDS)) {
      if (box.type().equals("avcC") && box.body().remaining() >= 7) {
        return box.body();
      }
    }
    throw new Damaged("its H.264 parameters are missing");
  }

  private static List<ByteBuffer> parameters(ByteBuffer avcC) {
    ByteBuffer in = avcC.duplicate();
    in.position(in.position() + 5);
    var sets = new ArrayList<ByteBuffer>();
    for (int mask : new int[] {31, 255}) {
      int count = in.hasRemaining() ? in.get() & mask : 0;
      for (int i = 0; i < count; i++) {
        int size = in.remaining() < 2 ? 0 : in.getShort() & 0xffff;
        if (size == 0 || size > in.remaining()) {
          throw new Damaged("its H.264 parameters are cut short");
        }
        sets.add(in.slice(in.position(), size));
        in.position(in.position() + size);
      }
    }
    return sets;
  }

  private static int[] sizes(BoxSource stsz, long fileSize) {
    ByteBuffer in = stsz.body().duplicate();
    if (in.remaining() < 12) {
      throw new Damaged("the table of frame sizes is cut short");
    }
    int fixed = in.getInt(in.position() + 4);
    long count = in.getInt(in.position() + 8) & 0xffffffffL;
    if (count > Math.min(fileSize, MAX_FRAMES)) {
      throw new Damaged("claims " + count + " frames in a file of " + fileSize + " bytes");
    }
    if (fixed == 0) {
      BoxSource.tableSize(in, 4, 4);
    }
    int[] sizes = new int[(int) count];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = fixed == 0 ? in.getInt() : fixed;
      if (sizes[i] < 0 || sizes[i] > MAX_SAMPLE) {
        throw new Damaged("frame " + i + " claims more than " + (MAX_SAMPLE >> 20) + " MiB");
      }
    }
    return sizes;
  }

  /// Samples lie one behind another in chunks; a run says how many from which chunk on.
  private static long[] offsets(BoxSource table, int[] sizes) {
    BoxSource co64 = table.find("co64");
    ByteBuffer chunks = (co64 == null ? table.need("stco") : co64).body().duplicate();
    int chunkCount = BoxSource.tableSize(chunks, 0, co64 == null ? 4 : 8);
    ByteBuffer runs = table.need("stsc").body().duplicate();
    int runCount = BoxSource.tableSize(runs, 0, 12);
    int base = runs.position();
    long[] offsets = new long[sizes.length];
    int sample = 0;
    for (int chunk = 0, run = -1; chunk < chunkCount && sample < sizes.length; chunk++) {
      if (run + 1 < runCount && runs.getInt(base + (run + 1) * 12) == chunk + 1) {
        run++;
      }
      long at = co64 == null ? chunks.getInt() & 0xffffffffL : chunks.getLong();
      long inChunk = run < 0 ? 0 : runs.getInt(base + run * 12 + 4) & 0xffffffffL;
      for (long i = 0; i < inChunk && sample < sizes.length; i++) {
        offsets[sample] = at;
        at += sizes[sample++];
      }
    }
    if (sample < sizes.length) {
      throw new Damaged("says where %d of its %d frames lie".formatted(sample, sizes.length));
    }
    return offsets;
  }

  /// Fills in presentation times and returns the duration, in ticks.
  private static long times(BoxSource table, long[] starts) {
    ByteBuffer stts = table.need("stts").body().duplicate();
    int entries = BoxSource.tableSize(stts, 0, 8);
    long time = 0;
    int sample = 0;
    for (int e = 0; e < entries; e++) {
      long count = stts.getInt() & 0xffffffffL;
      long delta = stts.getInt() & 0xffffffffL;
      for (long i = 0; i < count && sample < starts.length; i++) {
        starts[sample++] = time;
        time += delta;
      }
    }
    BoxSource ctts = table.find("ctts");
    if (ctts != null) {
      ByteBuffer in = ctts.body().duplicate();
      int shifts = BoxSource.tableSize(in, 0, 8);
      sample = 0;
      for (int e = 0; e < shifts; e++) {
        long count = in.getInt() & 0xffffffffL;
        int shift = in.getInt();
        for (long i = 0; i < count && sample < starts.length; i++) {
          starts[sample++] += shift;
        }
      }
    }
    return time;
  }

  private static long timescale(BoxSource mdhd) {
    ByteBuffer in = mdhd.body();
    int at = in.remaining() > 0 && in.get(in.position()) == 1 ? 20 : 12;
    if (in.remaining() < at + 4) {
      throw new Damaged("the media header is cut short");
    }
    return in.getInt(in.position() + at) & 0xffffffffL;
  }

  private static int[] places(long[] starts) {
    int[] order =
        IntStream.range(0, starts.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> starts[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] places = new int[order.length];
    for (int place = 0; place < order.length; place++) {
      places[order[place]] = place;
    }
    return places;
  }
}
