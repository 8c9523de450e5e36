package io.sluice.transport.cli;

import io.sluice.transport.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which Sluice this is. */
@Command(name = "version", description = "Print the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        String java = System.getProperty("java.version");
        System.out.println(
                json
                        ? "{\"version\":\"%s\",\"java\":\"%s\"}".formatted(Version.text(), java)
                        : "sluice %s (Java %s)".formatted(Version.text(), java));
        return 0;
    }
}
