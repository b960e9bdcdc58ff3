package framepack.history;

import framepack.experiment.dataset.Frames;

/// A video [C, T, h, w] with noise on its history, and how much.
///
/// @param level 0: none, 1: as much as there can be; what a model that knows its history's noise is told
public record NoisedVideo(Frames frames, double level) {}
