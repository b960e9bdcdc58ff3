package framepack.media;

import framepack.media.BitSource.Damaged;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// Reads the headers of an H.264 stream before JCodec does: to know size and colours, to name what
/// is unsupported, and because JCodec believes every count it reads (a cut slice header makes it
/// collect zeros until the heap is full). Source: ITU-T H.264 §7.3.
final class H264Headers {
  static final int SLICE = 1;
  static final int KEY_SLICE = 5;
  static final int SPS = 7;
  static final int PPS = 8;

  private static final int HEADER_BYTES = 4096;
  static final int MAX_MACROBLOCKS = Intake.MAX_SIDE / 16;

  private final Map<Integer, Sps> sequences = new HashMap<>();
  private final Map<Integer, Pps> pictures = new HashMap<>();
  private Sps first;

  /// What we need of a sequence parameter set. Offsets are luma pixels of the decoded picture.
  record Sps(
      int codedWidth,
      int codedHeight,
      int left,
      int top,
      int width,
      int height,
      YuvMatrix matrix,
      boolean fullRange,
      int frameNumBits,
      int orderType,
      int orderBits,
      boolean orderAlwaysZero) {}

  /// What we need of a picture parameter set.
  record Pps(
      int sequence,
      boolean cabac,
      boolean bottomOrder,
      int references0,
      int references1,
      boolean weighted,
      int weightedPairs,
      boolean deblocking,
      boolean redundant) {}

  /// The first sequence parameter set seen.
  Sps sps() {
    if (first == null) {
      throw new Damaged("the stream has no sequence parameters");
    }
    return first;
  }

  static int type(ByteBuffer nal) {
    return nal.get(nal.position()) & 31;
  }

  /// Checks one NAL unit (without start code) and remembers parameter sets. True if it is a slice
  /// in arithmetic coding.
  boolean check(ByteBuffer nal) {
    var in = new BitSource(nal, HEADER_BYTES);
    int type = type(nal);
    if (type == SPS) {
      readSps(in);
      return false;
    }
    if (type == PPS) {
      readPps(in);
      return false;
    }
    var slice = new H264Slice(this, nal, in);
    slice.check();
    return slice.cabac();
  }

  private void readSps(BitSource in) {
    int profile = in.bits(8);
    in.bits(16); // constraints, level
    int id = in.unsigned("seq_parameter_set_id", 31);
    boolean high = profile == 100;
    if (!high && profile != 66 && profile != 77) {
      throw new Damaged(
          "H.264 profile " + profile + " is not supported (Baseline, Main, High are)");
    }
    if (high) {
      readHighFormat(in);
    }
    int frameNumBits = in.unsigned("log2_max_frame_num_minus4", 12) + 4;
    int orderType = in.unsigned("pic_order_cnt_type", 2);
    int orderBits = 0;
    boolean alwaysZero = false;
    if (orderType == 0) {
      orderBits = in.unsigned("log2_max_pic_order_cnt_lsb_minus4", 12) + 4;
    } else if (orderType == 1) {
      alwaysZero = in.flag();
      in.skipSigned(2);
      in.skipSigned(in.unsigned("num_ref_frames_in_pic_order_cnt_cycle", 255));
    }
    in.unsigned("num_ref_frames", 16);
    in.bit(); // gaps_in_frame_num_value_allowed_flag
    int codedWidth = 16 * (in.unsigned("pic_width_in_mbs_minus1", MAX_MACROBLOCKS - 1) + 1);
    int codedHeight = 16 * (in.unsigned("pic_height_in_map_units_minus1", MAX_MACROBLOCKS - 1) + 1);
    if (!in.flag()) {
      throw new Damaged("interlaced H.264 is not supported");
    }
    in.bit(); // direct_8x8_inference_flag
    int[] crop = in.flag() ? crop(in, codedWidth, codedHeight) : new int[4];
    int[] colour = in.flag() ? colour(in) : new int[] {2, 0};
    var sps =
        new Sps(
            codedWidth,
            codedHeight,
            crop[0],
            crop[2],
            codedWidth - crop[0] - crop[1],
            codedHeight - crop[2] - crop[3],
            YuvMatrix.ofCode(colour[0]),
            colour[1] == 1,
            frameNumBits,
            orderType,
            orderBits,
            alwaysZero);
    remember(id, sps);
  }

  private void remember(int id, Sps sps) {
    if (first == null) {
      first = sps;
    } else if (sps.codedWidth != first.codedWidth || sps.codedHeight != first.codedHeight) {
      throw new Damaged("the frame size changes on the way");
    }
    sequences.put(id, sps);
  }

  private static void readHighFormat(BitSource in) {
    int chroma = in.unsigned("chroma_format_idc", 3);
    int luma = in.unsigned("bit_depth_luma_minus8", 6);
    if (chroma != 1 || luma != 0 || in.unsigned("bit_depth_chroma_minus8", 6) != 0) {
      throw new Damaged("only 8-bit 4:2:0 H.264 is supported");
    }
    if (in.flag()) {
      throw new Damaged("lossless H.264 is not supported");
    }
    if (in.flag()) {
      for (int list = 0; list < 8; list++) {
        if (in.flag()) {
          skipScaling(in, list < 6 ? 16 : 64);
        }
      }
    }
  }

  private static void skipScaling(BitSource in, int size) {
    int last = 8;
    int next = 8;
    for (int j = 0; j < size; j++) {
      if (next != 0) {
        int code = in.unsigned("delta_scale", 512);
        int delta = (code & 1) == 1 ? (code + 1) / 2 : -code / 2;
        next = (last + delta + 256) & 255;
      }
      last = next == 0 ? last : next;
    }
  }

  /// Left, right, top, bottom in luma pixels.
  private static int[] crop(BitSource in, int width, int height) {
    int[] crop = new int[4];
    for (int i = 0; i < 4; i++) {
      crop[i] = 2 * in.unsigned("frame_crop_offset", Intake.MAX_SIDE);
    }
    if (crop[0] + crop[1] >= width || crop[2] + crop[3] >= height) {
      throw new Damaged("the frame is cropped to nothing");
    }
    return crop;
  }

  /// Matrix coefficients (2 = unspecified) and the full-range flag of the usability information.
  private static int[] colour(BitSource in) {
    if (in.flag() && in.bits(8) == 255) {
      in.bits(32); // sample aspect ratio
    }
    if (in.flag()) {
      in.bit(); // overscan
    }
    if (!in.flag()) {
      return new int[] {2, 0};
    }
    in.bits(3); // video_format
    int full = in.bit();
    int matrix = 2;
    if (in.flag()) {
      in.bits(16); // primaries, transfer
      matrix = in.bits(8);
    }
    return new int[] {matrix, full};
  }

  private void readPps(BitSource in) {
    int id = in.unsigned("pic_parameter_set_id", 255);
    int sequence = in.unsigned("seq_parameter_set_id", 31);
    boolean cabac = in.flag();
    boolean bottomOrder = in.flag();
    in.unsigned("num_slice_groups_minus1", 0);
    int references0 = in.unsigned("num_ref_idx_l0_default_active_minus1", 31) + 1;
    int references1 = in.unsigned("num_ref_idx_l1_default_active_minus1", 31) + 1;
    boolean weighted = in.flag();
    int pairs = in.bits(2);
    in.skipSigned(3); // quantisers
    boolean deblocking = in.flag();
    in.bit(); // constrained_intra_pred_flag
    boolean redundant = in.flag();
    var pps =
        new Pps(
            sequence,
            cabac,
            bottomOrder,
            references0,
            references1,
            weighted,
            pairs,
            deblocking,
            redundant);
    pictures.put(id, pps);
  }

  /// The picture parameters that a slice names.
  Pps pps(int id) {
    Pps pps = pictures.get(id);
    if (pps == null) {
      throw new Damaged("a frame refers to parameters that are not there");
    }
    return pps;
  }

  /// The sequence parameters that picture parameters name.
  Sps sps(Pps pps) {
    Sps sps = sequences.get(pps.sequence);
    if (sps == null) {
      throw new Damaged("a frame refers to parameters that are not there");
    }
    return sps;
  }
}
