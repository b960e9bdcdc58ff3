package framepack.media;

import framepack.media.BitSource.Damaged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jcodec.codecs.h264.H264Decoder;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;

/// Coded H.264 pictures to luma and chroma, through JCodec's decoder.
final class H264Pictures {
  private static final int MAX_SLICES = 1024;

  /// Bytes of noise behind a slice in arithmetic coding: see [#padded(ByteBuffer, boolean)].
  private static final int NOISE = 1 << 16;

  private static final int NOISE_PER_MACROBLOCK = 128;

  /// A macroblock may code to 3200 bits (H.264 §A.3.1); twice that is damage.
  private static final int MAX_BYTES_PER_MACROBLOCK = 800;

  private final H264Headers headers;
  private final H264Decoder decoder = new H264Decoder();
  private byte[][] planes;

  H264Pictures(H264Headers headers, List<ByteBuffer> parameters) {
    JCodecSilence.keep();
    this.headers = headers;
    List<ByteBuffer> sets = new ArrayList<>(parameters);
    sets.removeIf(set -> !isParameters(set));
    if (!sets.isEmpty()) {
      decodeChecked(sets);
    }
  }

  static boolean matters(ByteBuffer unit) {
    int type = H264Headers.type(unit);
    return type == H264Headers.SLICE || type == H264Headers.KEY_SLICE || isParameters(unit);
  }

  private static boolean isParameters(ByteBuffer unit) {
    int type = H264Headers.type(unit);
    return type == H264Headers.SPS || type == H264Headers.PPS;
  }

  /// The picture that `units` (NAL units without start codes) code, cropped.
  Yuv decode(List<ByteBuffer> units) {
    if (units.size() > MAX_SLICES) {
      throw new Damaged("is cut into " + units.size() + " parts");
    }
    Picture picture = decodeChecked(units);
    if (picture == null) {
      throw new Damaged("holds no picture");
    }
    return cropped(picture);
  }

  private Picture decodeChecked(List<ByteBuffer> units) {
    var copies = new ArrayList<ByteBuffer>();
    for (ByteBuffer unit : units) {
      boolean cabac = headers.check(unit);
      copies.add(padded(unit, cabac));
    }
    H264Headers.Sps sps = headers.sps();
    if (planes == null) {
      planes = Picture.create(sps.codedWidth(), sps.codedHeight(), ColorSpace.YUV420).getData();
    }
    try {
      return decoder.decodeFrameFromNals(copies, planes);
    } catch (RuntimeException e) {
      // JCodec reports broken streams by whatever its arrays throw; only this has a text of worth.
      String text = String.valueOf(e.getMessage());
      throw new Damaged(
          text.startsWith("Unsupported") ? text : "its coded data is damaged or cut short");
    }
  }

  /// A copy, since the decoder removes escapes in place.
  ///
  /// A sound slice says where it ends. In a damaged one JCodec's arithmetic decoder reads on in
  /// zeros and may then take "one more" for ever, so noise is put behind: it ends every run soon.
  private ByteBuffer padded(ByteBuffer unit, boolean cabac) {
    int length = unit.remaining();
    int noise = 0;
    if (cabac) {
      int macroblocks = headers.sps().codedWidth() / 16 * (headers.sps().codedHeight() / 16);
      noise = NOISE + macroblocks * NOISE_PER_MACROBLOCK;
      if (length > NOISE + macroblocks * MAX_BYTES_PER_MACROBLOCK) {
        throw new Damaged("is larger than its picture uncompressed");
      }
    }
    byte[] copy = new byte[length + noise];
    unit.duplicate().get(copy, 0, length);
    long state = 0x9e3779b97f4a7c15L;
    for (int i = length; i < copy.length; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      copy[i] = (byte) (state >>> 56);
    }
    return ByteBuffer.wrap(copy);
  }

  /// JCodec keeps samples minus 128.
  private Yuv cropped(Picture picture) {
    H264Headers.Sps sps = headers.sps();
    int w = sps.width();
    int h = sps.height();
    short[] y = crop(picture, 0, sps.left(), sps.top(), w, h);
    short[] u = crop(picture, 1, sps.left() / 2, sps.top() / 2, (w + 1) / 2, (h + 1) / 2);
    short[] v = crop(picture, 2, sps.left() / 2, sps.top() / 2, (w + 1) / 2, (h + 1) / 2);
    return new Yuv(w, h, 1, 1, 8, sps.matrix(), sps.fullRange(), true, y, u, v);
  }

  private static short[] crop(Picture picture, int plane, int left, int top, int w, int h) {
    byte[] data = picture.getPlaneData(plane);
    int stride = picture.getPlaneWidth(plane);
    short[] out = new short[w * h];
    for (int row = 0; row < h; row++) {
      for (int x = 0; x < w; x++) {
        out[row * w + x] = (short) (data[(top + row) * stride + left + x] + 128);
      }
    }
    return out;
  }
}
