package io.sluice.transport.cli;

import io.sluice.config.SchemaWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of the configuration. */
@Command(
        name = "schema",
        description = "Print a JSON Schema of the configuration, for editors.",
        mixinStandardHelpOptions = true,
        footer = {"", "  sluice config schema > sluice.schema.json"})
final class ConfigSchemaCommand implements Runnable {

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ConfigSchemaCommand() {}

    @Override
    public void run() {
        spec.commandLine().getOut().print(SchemaWriter.schema());
        spec.commandLine().getOut().flush();
    }
}
