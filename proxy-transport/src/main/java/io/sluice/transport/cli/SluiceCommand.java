package io.sluice.transport.cli;

/**
 * A command that another module adds to {@code sluice}.
 *
 * <p>Implementations are annotated as picocli commands, have a public constructor without
 * parameters and are registered for {@link java.util.ServiceLoader}.
 */
public interface SluiceCommand {}
