package io.sluice.bench.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files a process may open here: sockets are files. */
final class OpenFiles {

    private static final int SPARE = 500;
    private static final int HARD_LIMIT = 4;

    private OpenFiles() {}

    /** What a proxy needs for so many calls at once, each with a connection on either side. */
    static long needed(int connections) {
        return 2L * connections + SPARE;
    }

    /** What a process may raise its own limit to. */
    static long limit() {
        try {
            return Files.readString(Path.of("/proc/self/limits"), US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split(" +", -1)[HARD_LIMIT])
                    .filter(value -> !value.equals("unlimited"))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException _) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether a workload fits; if not, what to do is what the message says. */
    static boolean allow(Workload workload, PrintWriter messages) {
        long needed = needed(workload.connections());
        if (limit() >= needed) {
            return true;
        }
        messages.printf(
                "%s is left out: it needs %,d open files in each process, and the hard limit here"
                        + " is %,d; raise it with 'ulimit -Hn %d' as root, or LimitNOFILE= in a"
                        + " systemd unit, and try again%n",
                workload, needed, limit(), needed);
        return false;
    }
}
