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

  private final H264Headers headers;
  private final H264Decoder decoder = new H264Decoder();
  private byte[][] planes;

  H264Pictures(H264Headers headers, List<ByteBuffer> parameters) {
    JCodecSilence.keep();
    this.headers = headers;
    List<ByteBuffer> sets = new ArrayList<>(parameters);
    sets.removeIf(set -> !isParameters(set));
    sets.forEach(headers::check);
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
    units.forEach(headers::check);
    Picture picture = decodeChecked(units);
    if (picture == null) {
      throw new Damaged("holds no picture");
    }
    return cropped(picture);
  }

  private Picture decodeChecked(List<ByteBuffer> units) {
    H264Headers.Sps sps = headers.sps();
    if (planes == null) {
      planes = Picture.create(sps.codedWidth(), sps.codedHeight(), ColorSpace.YUV420).getData();
    }
    var copies = new ArrayList<ByteBuffer>(); // the decoder removes escapes in place
    for (ByteBuffer unit : units) {
      byte[] copy = new byte[unit.remaining()];
      unit.duplicate().get(copy);
      copies.add(ByteBuffer.wrap(copy));
    }
    try {
      return decoder.decodeFrameFromNals(copies, planes);
    } catch (Damaged e) {
      throw e;
    } catch (RuntimeException e) {
      // JCodec reports broken streams by whatever its arrays throw; it has no error of its own.
      throw new Damaged("cannot be decoded (" + e + ")");
    }
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
