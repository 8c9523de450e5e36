package io.sluice.config;

/**
 * Another name for a model.
 *
 * @param model the model name it stands for
 * @param hidden whether it is left out of the model list
 */
public record AliasEntry(String model, boolean hidden) {}
