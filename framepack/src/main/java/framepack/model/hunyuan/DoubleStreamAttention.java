package framepack.model.hunyuan;

import framepack.tensor.Workspace;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;

/// Joint attention of two streams with weights of their own (`HunyuanAttnProcessorFlashAttnDouble`).
///
/// @param textHeads null in models without text, as is `textOut`
public record DoubleStreamAttention(
    Projections videoHeads, Projections textHeads, Linear videoOut, Linear textOut) {
  /// The weights `to_q`, `add_q_proj`, ... below `params`.
  public static DoubleStreamAttention of(Params params, HunyuanConfig config) {
    Projections video = Projections.of(params, config, "to_q", "to_k", "to_v", "norm_");
    Linear videoOut = Linear.of(params, "to_out.0", config.dim(), config.dim());
    if (!config.hasText()) {
      return new DoubleStreamAttention(video, null, videoOut, null);
    }
    Projections text =
        Projections.of(params, config, "add_q_proj", "add_k_proj", "add_v_proj", "norm_added_");
    Linear textOut = Linear.of(params, "to_add_out", config.dim(), config.dim());
    return new DoubleStreamAttention(video, text, videoOut, textOut);
  }

  /// Heads of both streams attended jointly and split again, before the output projections.
  public Streams attend(Streams x, Conditions c) {
    return x.split(Workspace.scoped(() -> heads(x, c).attend(c.attending())));
  }

  private Projections.Heads heads(Streams x, Conditions c) {
    Projections.Heads video = videoHeads.video(x.video(), c.phases());
    return x.text() == null ? video : video.then(textHeads.text(x.text()));
  }

  /// The attention's output of both streams.
  public Streams forward(Streams x, Conditions c) {
    Streams attended = attend(x, c);
    return new Streams(
        videoOut.forward(attended.video()),
        x.text() == null ? null : textOut.forward(attended.text()));
  }
}
