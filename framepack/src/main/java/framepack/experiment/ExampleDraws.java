package framepack.experiment;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.history.NoisedVideo;
import framepack.order.Section;
import framepack.order.TrainingDraws;
import framepack.pack.PackSpec;
import framepack.tensor.random.Philox;
import java.util.List;

/// Draws training examples: a section as sampling will meet it, a true video long enough for it,
/// and what is done to the part of that video which sampling will have made itself.
///
/// - memory task: a vanilla packing without truncation and without noise
/// - drift tasks: any order; half of the vanilla sections truncated; for a start frame, lengths as
///   in sampling, so that its phase to the section is the one that sampling shows (an anchor at a
///   random distance is ignored: 16.5 dB drift instead of 1.9)
///
/// @param source where true frames come from
/// @param sections which section of how long a video
/// @param history what is done to the history; discretised if the packing says `+d`
/// @param choice which frames the history shows; one by importance needs a current workspace
public record ExampleDraws(
    FrameSource source, TrainingDraws sections, HistoryTreatment history, HistoryChoice choice) {
  /// Examples whose history shows the nearest frames.
  public ExampleDraws(FrameSource source, TrainingDraws sections, HistoryTreatment history) {
    this(source, sections, history, HistoryChoice.NEAREST);
  }

  public ExampleDraws {
    history.requireStatedBy(sections.spec());
    int longest = sections.longest();
    if (source.longest() < longest) {
      throw new DatasetError(
          "examples of %s: need %d consecutive frames, but the data has %d; use a longer clip, a"
                  .formatted(sections.spec(), longest, source.longest())
              + " smaller stride, less history or fewer sections");
    }
  }

  /// The next example. Equal draws give equal examples.
  public HistoryExample next(Philox draws) {
    TrainingDraws.Draw draw = sections.next(draws);
    FrameSource.Take take = source.take(draws, draw.plan().latents());
    NoisedVideo noised = history.training(take.frames(), given(draw.plan().known()), draws);
    Frames context = noised.frames().withFramesOf(take.frames(), draw.plan().anchors().frames());
    Section section = choice.sections(draw.plan(), draw.section(), List.of(context)).getFirst();
    return new HistoryExample(take.frames(), context, section, take.label(), noised.level());
  }

  /// Frames at the front of a drawn video that sampling is given too. Orders with a start frame
  /// know exactly it. The others draw all of their history as known: short of full it begins with
  /// the start frame of the video, full it may lie anywhere.
  private int given(int known) {
    PackSpec spec = sections.spec();
    if (spec.startFrames() > 0) return known;
    return known < spec.historyFrames() ? 1 : 0;
  }
}
