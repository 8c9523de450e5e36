package io.sluice.transport.reload;

import io.sluice.config.Finding;
import io.sluice.config.SettingsChange;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What became of reading the configuration anew. Immutable.
 *
 * @param generation which configuration is in force afterwards
 * @param author who asked for it: {@code file}, {@code signal}, {@code api}, …
 * @param changes what is another than before; of one that was refused, what would have been
 * @param restart the paths among them that count from the next start on
 * @param findings errors and warnings
 * @param reason why it was refused, in one line; empty where it was not
 */
public record ReloadResult(
        Outcome outcome,
        long generation,
        Instant at,
        String author,
        List<SettingsChange> changes,
        List<String> restart,
        List<Finding> findings,
        String reason) {

    /** How it ended. */
    public enum Outcome {
        /** Another configuration is in force. */
        CHANGED,
        /** It says what it said before. */
        UNCHANGED,
        /** It cannot be used, and nothing has changed. */
        REFUSED;

        /** Its name in logs, metrics and answers. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ReloadResult {
        changes = List.copyOf(changes);
        restart = List.copyOf(restart);
        findings = List.copyOf(findings);
    }
}
