package io.sluice.bench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How many bytes an operation went over, from which the report makes GB/s. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Scanned {

    /*
     * JMH reads the public fields of such a class.
     */

    @SuppressWarnings("checkstyle:VisibilityModifier")
    public long bytes;
}
