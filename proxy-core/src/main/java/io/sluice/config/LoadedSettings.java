package io.sluice.config;

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
 * @param digest SHA-256 of {@code values} in hexadecimal; secrets do not enter it
 */
public record LoadedSettings(
        Settings settings,
        List<Finding> findings,
        List<Finding> fatal,
        List<EffectiveValue> values,
        String digest) {

    public LoadedSettings {
        findings = List.copyOf(findings);
        fatal = List.copyOf(fatal);
        values = List.copyOf(values);
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
