package io.sluice.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is logged, and where.
 *
 * @param level of the whole gateway: {@code trace}, {@code debug}, {@code info}, {@code warn} or
 *     {@code error}
 * @param levels of single packages, over {@code level}
 * @param access {@code stdout}, {@code off}, or the path of a file that rolls
 * @param accessSample the share of successful calls that are logged, 0 to 1; failures always are
 * @param file where the gateway's own log goes; {@code null} means standard error
 * @param fileBytes a log file rolls at this size
 * @param files rolled files that are kept
 */
public record LoggingSettings(
        String level,
        Map<String, String> levels,
        String access,
        double accessSample,
        @Nullable String file,
        long fileBytes,
        int files) {

    public static final LoggingSettings DEFAULT =
            new LoggingSettings("info", Map.of(), "stdout", 1.0, null, 64L << 20, 10);

    public LoggingSettings {
        levels = Map.copyOf(levels);
    }
}
