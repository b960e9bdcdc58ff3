package framepack.media;

import framepack.tensor.io.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// mp4 for looking at: H.264 Baseline, about 45 dB, plays in every browser and starts before it is
/// loaded whole. Lossy: measure on [Y4m] or PNG, never on this.
///
/// The same clip gives the same bytes: no clock, no random numbers. Odd sizes grow by one repeated
/// row or column, since 4:2:0 video has none. Source: ISO/IEC 14496-12, -15.
public final class Mp4Writer {
  private static final int[] UNITY = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
  private static final int DPI_72 = 0x480000;

  private final int width;
  private final int height;
  private final FrameRate rate;
  private final H264Coder coder;
  private final List<H264Coder.Coded> samples = new ArrayList<>();

  private Mp4Writer(Clip clip) {
    width = (clip.width() + 1) / 2 * 2;
    height = (clip.height() + 1) / 2 * 2;
    rate = clip.rate();
    coder = new H264Coder(width, height);
    for (int t = 0; t < clip.frames(); t++) {
      samples.add(coder.code(clip.raw(t), clip.width(), clip.height()));
    }
  }

  /// @param metadata JSON kept as the file's comment; empty for none
  public static void write(Path target, Clip clip, String metadata) {
    AtomicFile.write(target, encode(clip, metadata));
  }

  /// The bytes that [#write(Path, Clip, String)] would write.
  public static byte[] encode(Clip clip, String metadata) {
    return new Mp4Writer(clip).file(metadata);
  }

  private byte[] file(String metadata) {
    byte[] head =
        new BoxSink().box("ftyp", b -> b.text("isom").int32(512).text("isomavc1mp41")).toBytes();
    int indexBytes = index(metadata, 0).length; // its length does not depend on the offset in it
    var out = new BoxSink().bytes(head).bytes(index(metadata, head.length + indexBytes + 8));
    return out.box("mdat", this::samples).toBytes();
  }

  private void samples(BoxSink data) {
    for (H264Coder.Coded sample : samples) {
      data.int32(sample.nal().length).bytes(sample.nal());
    }
  }

  private byte[] index(String metadata, int dataOffset) {
    int duration = Math.multiplyExact(samples.size(), rate.den());
    return new BoxSink()
        .box(
            "moov",
            moov -> {
              moov.full("mvhd", 0, b -> movieHeader(b, duration));
              moov.box(
                  "trak",
                  trak -> {
                    trak.full("tkhd", 3, b -> trackHeader(b, duration));
                    trak.box("mdia", b -> media(b, duration, dataOffset));
                  });
              if (!metadata.isEmpty()) {
                moov.box("udta", b -> comment(b, metadata));
              }
            })
        .toBytes();
  }

  private void movieHeader(BoxSink b, int duration) {
    b.int32(0, 0, rate.num(), duration, 0x10000).int16(0x100, 0).zeros(8);
    b.int32(UNITY).zeros(24).int32(2);
  }

  private void trackHeader(BoxSink b, int duration) {
    b.int32(0, 0, 1, 0, duration).zeros(16).int32(UNITY).int32(width << 16, height << 16);
  }

  private void media(BoxSink b, int duration, int dataOffset) {
    int undetermined = 0x55c4; // language "und"
    b.full("mdhd", 0, c -> c.int32(0, 0, rate.num(), duration).int16(undetermined, 0));
    b.full("hdlr", 0, c -> c.int32(0).text("vide").zeros(12).text("video\0"));
    b.box(
        "minf",
        minf -> {
          minf.full("vmhd", 1, c -> c.zeros(8));
          minf.box("dinf", d -> d.full("dref", 0, c -> c.int32(1).full("url ", 1, e -> {})));
          minf.box("stbl", c -> table(c, dataOffset));
        });
  }

  private void table(BoxSink b, int dataOffset) {
    b.full("stsd", 0, c -> c.int32(1).box("avc1", this::sampleEntry));
    b.full("stts", 0, c -> c.int32(1, samples.size(), rate.den()));
    b.full(
        "stss",
        0,
        c -> {
          c.int32((int) samples.stream().filter(H264Coder.Coded::key).count());
          for (int i = 0; i < samples.size(); i++) {
            if (samples.get(i).key()) {
              c.int32(i + 1);
            }
          }
        });
    b.full("stsc", 0, c -> c.int32(1, 1, samples.size(), 1));
    b.full(
        "stsz",
        0,
        c -> {
          c.int32(0, samples.size());
          samples.forEach(sample -> c.int32(sample.nal().length + 4));
        });
    b.full("stco", 0, c -> c.int32(1, dataOffset));
  }

  private void sampleEntry(BoxSink b) {
    b.zeros(6).int16(1).zeros(16).int16(width, height).int32(DPI_72, DPI_72, 0);
    b.int16(1).zeros(32).int16(24, 0xffff);
    byte[] sps = coder.sequence();
    byte[] pps = coder.picture();
    b.box(
        "avcC",
        c -> {
          c.int8(1, sps[1], sps[2], sps[3], 0xff);
          c.int8(0xe1).int16(sps.length).bytes(sps);
          c.int8(1).int16(pps.length).bytes(pps);
        });
    // sRGB through BT.601 at limited range: without it a browser guesses by the frame's height.
    b.box("colr", c -> c.text("nclx").int16(1, 13, 6).int8(0));
  }

  /// The "comment" field of iTunes-style metadata, which players and ffprobe show.
  private static void comment(BoxSink b, String metadata) {
    int utf8 = 1;
    b.full(
        "meta",
        0,
        meta -> {
          meta.full("hdlr", 0, c -> c.int32(0).text("mdirappl").zeros(9));
          meta.box(
              "ilst",
              list ->
                  list.box(
                      "\u00a9cmt",
                      c ->
                          c.box(
                              "data",
                              d ->
                                  d.int32(utf8, 0)
                                      .bytes(metadata.getBytes(StandardCharsets.UTF_8)))));
        });
  }
}
