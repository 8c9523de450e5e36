package io.sluice.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Settings with all that was found on the way. Immutable.
 *
 * @param settings what can be used; defaults stand in for what cannot
 * @param findings in the order of the files
 * @param fatal the findings without errors that still bar a start: references of the master key,
 *     the salt key, the database or TLS that have no value
 * @param values every value that counts, secrets masked
 * @param files what was read, in its order; a file that was named and is not there too
 * @param named files that references name; absolute
 * @param digest SHA-256 of {@code values} in hexadecimal; secrets do not enter it
 */
public record LoadedSettings(
        Settings settings,
        List<Finding> findings,
        List<Finding> fatal,
        List<EffectiveValue> values,
        List<SourceFile> files,
        List<Path> named,
        String digest) {

    public LoadedSettings {
        findings = List.copyOf(findings);
        fatal = List.copyOf(fatal);
        values = List.copyOf(values);
        files = List.copyOf(files);
        named = List.copyOf(named);
    }

    /** Settings that were read from nowhere. */
    public static LoadedSettings of(Settings settings) {
        return new LoadedSettings(
                settings, List.of(), List.of(), List.of(), List.of(), List.of(), /* digest= */ "");
    }

    /** Whether the configuration is invalid. */
    public boolean hasErrors() {
        return count(Severity.ERROR) > 0;
    }

    /** How many findings are of the given severity. */
    public long count(Severity severity) {
        return findings.stream().filter(finding -> finding.severity() == severity).count();
    }

    /** What bars a start: all errors, and what is fatal only then. */
    public List<Finding> fatalAtStart() {
        return Stream.concat(
                        findings.stream().filter(finding -> finding.severity() == Severity.ERROR),
                        fatal.stream())
                .toList();
    }
}
