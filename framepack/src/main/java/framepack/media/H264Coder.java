package framepack.media;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.jcodec.codecs.h264.H264Encoder;
import org.jcodec.codecs.h264.encode.RateControl;
import org.jcodec.codecs.h264.io.model.PictureParameterSet;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.jcodec.codecs.h264.io.model.SliceType;
import org.jcodec.codecs.h264.io.model.VUIParameters;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Rect;
import org.jcodec.common.model.Size;

/// H.264 Baseline through JCodec's encoder, at one quantiser for all frames: its own rate control
/// loses 18 dB on gradients. Colours are declared in the stream, which JCodec does not do.
final class H264Coder {
  /// 45 dB and more on smooth clips; 20 already shows bands.
  private static final int QUANTISER = 16;

  private static final int COARSEST = 48;
  private static final int KEY_INTERVAL = 25;
  private static final int UNKNOWN_FORMAT = 5;
  private static final int SRGB_PRIMARIES = 1;
  private static final int SRGB_TRANSFER = 13;
  private static final int BT601_MATRIX = 6;

  private final int width;
  private final int height;
  private final FixedQuantiser control = new FixedQuantiser();
  private final H264Encoder encoder = new H264Encoder(control);
  private int frame;

  /// One coded frame.
  ///
  /// @param key decodable by itself
  /// @param nal the slice, without start code
  record Coded(boolean key, byte[] nal) {}

  /// @param width even
  /// @param height even
  H264Coder(int width, int height) {
    JCodecSilence.keep();
    this.width = width;
    this.height = height;
    encoder.setKeyInterval(KEY_INTERVAL);
  }

  static boolean isKey(int frame) {
    return frame % KEY_INTERVAL == 0;
  }

  /// The sequence parameter set, escaped, with its header byte.
  byte[] sequence() {
    SeqParameterSet sps = encoder.initSPS(new Size(width, height));
    int macroblocks = (sps.picWidthInMbsMinus1 + 1) * (sps.picHeightInMapUnitsMinus1 + 1);
    sps.levelIdc = macroblocks <= 8192 ? 40 : macroblocks <= 36864 ? 51 : 60;
    sps.constraintSet1Flag = true; // what the encoder emits is within Main as well
    var vui = new VUIParameters();
    vui.videoSignalTypePresentFlag = true;
    vui.videoFormat = UNKNOWN_FORMAT;
    vui.colourDescriptionPresentFlag = true;
    vui.colourPrimaries = SRGB_PRIMARIES;
    vui.transferCharacteristics = SRGB_TRANSFER;
    vui.matrixCoefficients = BT601_MATRIX;
    // Nothing is reordered: without this a player may hold frames back.
    vui.bitstreamRestriction = new VUIParameters.BitstreamRestriction();
    vui.bitstreamRestriction.motionVectorsOverPicBoundariesFlag = true;
    vui.bitstreamRestriction.log2MaxMvLengthHorizontal = 16;
    vui.bitstreamRestriction.log2MaxMvLengthVertical = 16;
    vui.bitstreamRestriction.maxDecFrameBuffering = 1;
    sps.vuiParams = vui;
    ByteBuffer raw = ByteBuffer.allocate(256);
    sps.write(raw);
    return escaped(0x67, raw.flip());
  }

  /// The picture parameter set, escaped, with its header byte.
  byte[] picture() {
    PictureParameterSet pps = encoder.initPPS();
    ByteBuffer raw = ByteBuffer.allocate(256);
    pps.write(raw);
    return escaped(0x68, raw.flip());
  }

  private static byte[] escaped(int header, ByteBuffer raw) {
    ByteBuffer out = ByteBuffer.allocate(raw.remaining() * 2 + 1).put((byte) header);
    int zeros = 0;
    while (raw.hasRemaining()) {
      byte b = raw.get();
      if (zeros == 2 && (b & 0xff) <= 3) {
        out.put((byte) 3);
        zeros = 0;
      }
      zeros = b == 0 ? zeros + 1 : 0;
      out.put(b);
    }
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  /// Codes the next frame, interleaved RGB of `fromWidth` x `fromHeight`.
  Coded code(byte[] rgb, int fromWidth, int fromHeight) {
    int pw = (width + 15) / 16 * 16; // whole macroblocks, so that JCodec never reads over an edge
    int ph = (height + 15) / 16 * 16;
    Yuv yuv = Yuv.fromRgb(rgb, fromWidth, fromHeight, pw, ph, true, 8, YuvMatrix.BT601);
    byte[][] planes = {shifted(yuv.y()), shifted(yuv.u()), shifted(yuv.v())};
    var crop = new Rect(0, 0, width, height);
    var picture = new Picture(pw, ph, planes, null, ColorSpace.YUV420J, 0, crop);
    boolean key = isKey(frame);
    byte[] nal = code(picture, key, frame % KEY_INTERVAL);
    frame++;
    return new Coded(key, nal);
  }

  /// JCodec gives a frame one byte a pixel and breaks off when noise needs more: then coarser.
  private byte[] code(Picture picture, boolean key, int number) {
    for (control.quantiser = QUANTISER; ; control.quantiser += 4) {
      ByteBuffer out = ByteBuffer.allocate(picture.getWidth() * picture.getHeight() * 2 + 4096);
      try {
        SliceType type = key ? SliceType.I : SliceType.P;
        return slice(encoder.doEncodeFrame(picture, out, key, number, type));
      } catch (BufferOverflowException e) {
        if (control.quantiser >= COARSEST) {
          throw e;
        }
      }
    }
  }

  /// JCodec keeps samples minus 128.
  private static byte[] shifted(short[] plane) {
    byte[] out = new byte[plane.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (plane[i] - 128);
    }
    return out;
  }

  /// The last NAL unit of an Annex B stream: parameter sets before it are kept in the index.
  private static byte[] slice(ByteBuffer stream) {
    int start = stream.position();
    for (int at = stream.position(); at + 4 < stream.limit(); at++) {
      boolean code = stream.getInt(at) == 1;
      if (code) {
        start = at + 4;
        int type = stream.get(start) & 31;
        if (type == H264Headers.SLICE || type == H264Headers.KEY_SLICE) {
          break;
        }
      }
    }
    byte[] nal = new byte[stream.limit() - start];
    stream.get(start, nal);
    return nal;
  }

  private static final class FixedQuantiser implements RateControl {
    private int quantiser = QUANTISER;

    @Override
    public int startPicture(Size size, int maxSize, SliceType type) {
      return quantiser;
    }

    @Override
    public int initialQpDelta() {
      return 0;
    }

    @Override
    public int accept(int bits) {
      return 0;
    }
  }
}
