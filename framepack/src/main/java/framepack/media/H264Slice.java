package framepack.media;

import framepack.media.BitSource.Damaged;
import java.nio.ByteBuffer;

/// Walks one slice header to its end. Source: ITU-T H.264 §7.3.3.
final class H264Slice {
  private static final int P = 0;
  private static final int B = 1;
  private static final int I = 2;
  private static final int MAX_REFERENCES = 32;
  private static final int CABAC_RANGE = 510; // initial codIRange, §9.3.1.2

  private final BitSource in;
  private final boolean key;
  private final boolean reference;
  private final int type;
  private final H264Headers.Pps pps;
  private final H264Headers.Sps sps;
  private int references0;
  private int references1;

  /// @param in on the first bit behind the NAL header
  H264Slice(H264Headers headers, ByteBuffer nal, BitSource in) {
    this.in = in;
    key = H264Headers.type(nal) == H264Headers.KEY_SLICE;
    reference = (nal.get(nal.position()) >> 5 & 3) != 0;
    in.unsigned("first_mb_in_slice", H264Headers.MAX_MACROBLOCKS * H264Headers.MAX_MACROBLOCKS);
    type = in.unsigned("slice_type", 9) % 5;
    if (type > I) {
      throw new Damaged("switching slices are not supported");
    }
    pps = headers.pps(in.unsigned("pic_parameter_set_id", 255));
    sps = headers.sps(pps);
    references0 = pps.references0();
    references1 = pps.references1();
  }

  boolean cabac() {
    return pps.cabac();
  }

  void check() {
    order();
    lists();
    if (pps.weighted() && type == P || pps.weightedPairs() == 1 && type == B) {
      weights();
    }
    if (reference) {
      marking();
    }
    if (pps.cabac() && type != I) {
      in.unsigned("cabac_init_idc", 2);
    }
    in.skipSigned(1); // slice_qp_delta
    if (pps.deblocking() && in.unsigned("disable_deblocking_filter_idc", 2) != 1) {
      in.skipSigned(2);
    }
    if (pps.cabac()) {
      in.align();
      // Forbidden by §9.3.1.2: JCodec's arithmetic decoder would leave its range and not return.
      if (in.bits(9) >= CABAC_RANGE) {
        throw new Damaged("its coded data begins with a forbidden value");
      }
    }
  }

  private void order() {
    in.bits(sps.frameNumBits());
    if (key) {
      in.unsigned("idr_pic_id", 65535);
    }
    if (sps.orderType() == 0) {
      in.bits(sps.orderBits());
      in.skipSigned(pps.bottomOrder() ? 1 : 0);
    } else if (sps.orderType() == 1 && !sps.orderAlwaysZero()) {
      in.skipSigned(pps.bottomOrder() ? 2 : 1);
    }
    if (pps.redundant()) {
      in.unsigned("redundant_pic_cnt", 127);
    }
  }

  private void lists() {
    if (type == I) {
      return;
    }
    if (type == B) {
      in.bit(); // direct_spatial_mv_pred_flag
    }
    if (in.flag()) {
      references0 = in.unsigned("num_ref_idx_l0_active_minus1", MAX_REFERENCES - 1) + 1;
      if (type == B) {
        references1 = in.unsigned("num_ref_idx_l1_active_minus1", MAX_REFERENCES - 1) + 1;
      }
    }
    for (int list = 0; list <= type; list++) { // one for P, two for B
      if (in.flag()) {
        listChanges();
      }
    }
  }

  private void listChanges() {
    for (int entry = 0; in.unsigned("modification_of_pic_nums_idc", 3) != 3; entry++) {
      in.unsigned("abs_diff_pic_num_minus1", Integer.MAX_VALUE);
      if (entry > 2 * MAX_REFERENCES) {
        throw new Damaged("a reference list never ends");
      }
    }
  }

  private void weights() {
    in.unsigned("luma_log2_weight_denom", 7);
    in.unsigned("chroma_log2_weight_denom", 7);
    int count = references0 + (type == B ? references1 : 0);
    for (int i = 0; i < count; i++) {
      in.skipSigned(in.flag() ? 2 : 0);
      in.skipSigned(in.flag() ? 4 : 0);
    }
  }

  private void marking() {
    if (key) {
      in.bits(2);
      return;
    }
    if (!in.flag()) {
      return;
    }
    int operation = in.unsigned("memory_management_control_operation", 6);
    for (int n = 0; operation != 0; n++) {
      if (n > 2 * MAX_REFERENCES) {
        throw new Damaged("its reference marking never ends");
      }
      int fields = operation == 3 ? 2 : operation == 5 ? 0 : 1;
      in.skipSigned(fields);
      operation = in.unsigned("memory_management_control_operation", 6);
    }
  }
}
