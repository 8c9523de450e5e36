package io.sluice.transport.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The form of a line of the gateway's own log. The access log is always JSON. */
public enum LogFormat {
    /** For people: time, level, logger, pairs, message. */
    TEXT,
    /** For programs: one JSON object for each line. */
    JSON;

    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    /** {@link #TEXT} where standard error is a terminal, else {@link #JSON}. */
    public static LogFormat ofStandardError() {
        try {
            String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
            return isTerminal(target) ? TEXT : JSON;
        } catch (IOException | UnsupportedOperationException e) {
            return JSON;
        }
    }

    static boolean isTerminal(String device) {
        return device.startsWith("/dev/pts/")
                || device.startsWith("/dev/tty")
                || device.equals("/dev/console");
    }
}
