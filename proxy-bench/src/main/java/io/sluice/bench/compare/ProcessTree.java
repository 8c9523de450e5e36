package io.sluice.bench.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and those it started use, as the system accounts for it (proc(5)).
 *
 * @param pid of the first process
 */
public record ProcessTree(long pid) {

    /** The kernel's unit of time towards programs, USER_HZ: 100 a second on all of Linux. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int STATE = 2;
    private static final int USER_TIME = 13;
    private static final int SYSTEM_TIME = 14;
    private static final int CHILDREN_SYSTEM_TIME = 16;
    private static final long KIB = 1024;

    /**
     * Processor time so far, user and system, in nanoseconds; steps of 10 ms. What processes used
     * that have ended meanwhile is in it.
     */
    public long cpuNanos() {
        return pids().mapToLong(pid -> nanos(pid, CHILDREN_SYSTEM_TIME)).sum();
    }

    /** Processor time of the first process alone. */
    long ownCpuNanos() {
        return nanos(pid, SYSTEM_TIME);
    }

    /** Memory that is resident, in bytes. */
    public long residentBytes() {
        return pids().mapToLong(ProcessTree::residentBytes).sum();
    }

    private Stream<Long> pids() {
        return ProcessHandle.of(pid).stream()
                .flatMap(own -> Stream.concat(Stream.of(own), own.descendants()))
                .map(ProcessHandle::pid);
    }

    /** The sum of the fields from the user time to {@code last}. */
    private static long nanos(long pid, int last) {
        String stat = read("/proc/" + pid + "/stat");
        int name = stat.lastIndexOf(')');
        if (name < 0) {
            return 0;
        }
        List<String> fields = List.of(stat.substring(name + 2).split(" ", -1));
        long ticks = 0;
        for (int i = USER_TIME; i <= last; i++) {
            ticks += Long.parseLong(fields.get(i - STATE));
        }
        return ticks * TICK_NANOS;
    }

    private static long residentBytes(long pid) {
        return read("/proc/" + pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
                .sum();
    }

    /** Time in which no core of the machine was idle, all cores together, in nanoseconds. */
    static long machineBusyNanos() {
        String[] fields = read("/proc/stat").lines().findFirst().orElse("cpu 0").split(" +", -1);
        long busy = 0;
        for (int i = 1; i < fields.length && i <= 8; i++) {
            boolean idle = i == 4 || i == 5;
            busy += idle ? 0 : Long.parseLong(fields[i]);
        }
        return busy * TICK_NANOS;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file), US_ASCII);
        } catch (IOException _) {
            return "";
        }
    }
}
