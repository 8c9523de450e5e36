package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which processors the load, the provider and the contenders run on.
 *
 * @param load for the load and the provider
 * @param contenders for what is measured
 */
record Pinning(Cores load, Cores contenders) {

    private static final List<Path> TASKSET =
            List.of(Path.of("/usr/bin/taskset"), Path.of("/bin/taskset"));

    /**
     * Some processors.
     *
     * @param list as taskset(1) takes it; empty for all
     */
    record Cores(String list) {

        /** What a command begins with to run there. */
        List<String> prefix() {
            return list.isEmpty() ? List.of() : List.of("taskset", "-c", list);
        }
    }

    /** No processor is kept for anything. */
    static final Pinning NONE = new Pinning(new Cores(""), new Cores(""));

    /** The last processor for contenders, one at a time, the others for load and provider. */
    static Pinning ofThisMachine() {
        int cores = Runtime.getRuntime().availableProcessors();
        boolean canPin = TASKSET.stream().anyMatch(Files::isExecutable);
        if (cores < 2 || !canPin) {
            return NONE;
        }
        String others = cores == 2 ? "0" : "0-" + (cores - 2);
        return new Pinning(new Cores(others), new Cores(Integer.toString(cores - 1)));
    }

    /** Moves all threads of this process to where the load runs. */
    void pinThisProcess() throws IOException {
        if (load.list().isEmpty()) {
            return;
        }
        Process taskset =
                new ProcessBuilder(
                                "taskset",
                                "-acp",
                                load.list(),
                                Long.toString(ProcessHandle.current().pid()))
                        .redirectErrorStream(true)
                        .start();
        taskset.getInputStream().readAllBytes();
    }

    String describe() {
        return load.list().isEmpty()
                ? "not pinned"
                : "contenders on core "
                        + contenders.list()
                        + ", load and provider on core "
                        + load.list();
    }
}
