package io.sluice.bench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How many bytes an operation went over, from which the report makes GB/s. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Scanned {

    private long sum;

    /** Begins an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
        sum = 0;
    }

    void add(int count) {
        sum += count;
    }

    /** The counter, under the name that it has in results. */
    public long bytes() {
        return sum;
    }
}
