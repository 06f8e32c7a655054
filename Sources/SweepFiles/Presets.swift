/// The sweeps that come with Quanta: the files of the folder Presets, part of the program.
public enum Presets {
  /// All presets: quick ones first, then the published sweeps at their scale.
  public static let all: [Preset] = [
    Preset(
      "parity-parameters-small", "loss against model size, minutes on one machine",
      PackageResources.parity_parameters_small_yaml),
    Preset(
      "parity-data-small", "loss against data set size, minutes on one machine",
      PackageResources.parity_data_small_yaml),
    Preset(
      "parity-steps-small", "loss against training steps, minutes on one machine",
      PackageResources.parity_steps_small_yaml),
    Preset(
      "grokking-rates-small", "phases against two learning rates, seconds on one machine",
      PackageResources.grokking_rates_small_yaml),
    Preset(
      "grokking-decay-small", "phases against rate and weight decay, seconds on one machine",
      PackageResources.grokking_decay_small_yaml),
    Preset(
      "grokking-decay-ce-small", "the same with cross-entropy, seconds on one machine",
      PackageResources.grokking_decay_ce_small_yaml),
    Preset(
      "grokking-set-size-small", "steps to a good representation against samples, seconds",
      PackageResources.grokking_set_size_small_yaml),
    Preset(
      "omnigrok-teacher-landscape-small", "the same on few norms and steps, seconds on one machine",
      PackageResources.omnigrok_teacher_landscape_small_yaml),
    Preset(
      "omnigrok-images-landscape-small",
      "the same on few sizes, norms and steps, under a minute on one machine",
      PackageResources.omnigrok_images_landscape_small_yaml),
    Preset(
      "omnigrok-images-grokking-small",
      "the same with few images and quick decay, seconds on one machine",
      PackageResources.omnigrok_images_grokking_small_yaml),
    Preset(
      "omnigrok-modadd-grokking-small", "grokking of a smaller modulus, a minute on one machine",
      PackageResources.omnigrok_modadd_grokking_small_yaml),
    Preset(
      "omnigrok-modadd-constrained-small", "the same with a small modulus, seconds on one machine",
      PackageResources.omnigrok_modadd_constrained_small_yaml),
    Preset(
      "quanta-discovery-small", "small networks to find quanta in, two minutes on one machine",
      PackageResources.quanta_discovery_small_yaml),
    Preset(
      "parity-anomalies-small", "samples that use no known quantum, small, under a minute",
      PackageResources.parity_anomalies_small_yaml),
    Preset(
      "compositional-parity-small", "parities composed of others, small, under a minute",
      PackageResources.compositional_parity_small_yaml),
    Preset(
      "modadd-mechanisms-small", "circuits that form in a smaller modulus, a minute on one machine",
      PackageResources.modadd_mechanisms_small_yaml),
    Preset(
      "parity-parameters", "Fig. 2 left: loss against model size, 30 widths",
      PackageResources.parity_parameters_yaml),
    Preset(
      "parity-data", "Fig. 2 right: loss against data set size, 30 sizes",
      PackageResources.parity_data_yaml),
    Preset(
      "parity-steps", "Fig. 2 middle: the loss curve of the widest net",
      PackageResources.parity_steps_yaml),
    Preset(
      "parity-exponents", "Fig. 10: the size exponent against alpha, 480 jobs",
      PackageResources.parity_exponents_yaml),
    Preset(
      "parity-data-exponents", "Fig. 9 and 10: the data exponent against alpha, 375 jobs",
      PackageResources.parity_data_exponents_yaml),
    Preset(
      "parity-joint", "loss against model size and data together, 78 jobs",
      PackageResources.parity_joint_yaml),
    Preset(
      "parity-weight-decay", "loss against weight decay, 30 values",
      PackageResources.parity_weight_decay_yaml),
    Preset(
      "parity-learning-rate", "learning rates 2^-12 to 2^3 on a single parity",
      PackageResources.parity_learning_rate_yaml),
    Preset(
      "grokking-rates", "phases against the rates of embeddings and decoder, 100 jobs",
      PackageResources.grokking_rates_yaml),
    Preset(
      "grokking-decay", "phases against the decoder's rate and weight decay, 110 jobs",
      PackageResources.grokking_decay_yaml),
    Preset(
      "grokking-decay-ce", "phases against rate and weight decay, cross-entropy, 110 jobs",
      PackageResources.grokking_decay_ce_yaml),
    Preset(
      "grokking-set-size", "steps to a good representation against training samples, 33 jobs",
      PackageResources.grokking_set_size_yaml),
    Preset(
      "omnigrok-teacher-landscape", "losses of a student against the norm of its weights, 33 jobs",
      PackageResources.omnigrok_teacher_landscape_yaml),
    Preset(
      "omnigrok-images-landscape",
      "losses and accuracies over data size and the norm of the weights, 588 jobs",
      PackageResources.omnigrok_images_landscape_yaml),
    Preset(
      "omnigrok-images-grokking",
      "Fashion-MNIST from large and from usual weights: test accuracy waits, 2 jobs",
      PackageResources.omnigrok_images_grokking_yaml),
    Preset(
      "omnigrok-modadd-grokking", "modular addition by a transformer that groks, 1 job",
      PackageResources.omnigrok_modadd_grokking_yaml),
    Preset(
      "omnigrok-modadd-constrained", "the same with the norm held at 0.8, 1 job",
      PackageResources.omnigrok_modadd_constrained_yaml),
    Preset(
      "modadd-mechanisms", "circuits that form while addition mod 113 groks (arXiv:2301.05217)",
      PackageResources.modadd_mechanisms_yaml),
    Preset(
      "modadd-ungrokking", "the data without which grokked networks forget the rule",
      PackageResources.modadd_ungrokking_yaml),
    Preset(
      "quanta-discovery", "the published networks to find quanta in, half an hour on one machine",
      PackageResources.quanta_discovery_yaml),
    Preset(
      "parity-anomalies", "samples that use no known quantum: detectors over 10 networks, minutes",
      PackageResources.parity_anomalies_yaml),
    Preset(
      "compositional-parity", "parities composed of others, with and without these, 24 jobs",
      PackageResources.compositional_parity_yaml),
  ]
}
