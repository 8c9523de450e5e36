package io.sluice.transport.management;

import io.sluice.error.GatewayException;
import io.sluice.health.TargetHealths;
import io.sluice.routing.PoolKey;
import io.sluice.routing.Route;
import io.sluice.routing.RouteTable;
import io.sluice.routing.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The targets of a running gateway, as its operators see them.
 *
 * <p>Safe for any thread.
 *
 * @param routes that are in force
 * @param nanos the clock of the event loops
 * @param staleAfter when the finding of a check no longer counts
 */
public record TargetTable(
        Supplier<RouteTable> routes,
        TargetHealths healths,
        LongSupplier nanos,
        InstantSource clock,
        Supplier<Duration> staleAfter) {

    /** A target and the model name it serves. */
    record Row(String group, Target target) {}

    /** A key and its target. */
    record KeyRow(Row row, PoolKey key) {

        /** What tells it from all others: its target's id, a colon, its label. */
        String id() {
            return row.target().placement().health().id() + ':' + key.label();
        }
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Route route : routes.get().routes()) {
            route.targets().forEach(target -> rows.add(new Row(route.name().text(), target)));
        }
        return rows;
    }

    List<KeyRow> keys() {
        List<KeyRow> keys = new ArrayList<>();
        for (Row row : rows()) {
            for (PoolKey key : row.target().placement().keys().keys()) {
                if (key.isNamed()) {
                    keys.add(new KeyRow(row, key));
                }
            }
        }
        return keys;
    }

    /**
     * The targets that are meant: by id, by name, or all of one provider.
     *
     * @throws GatewayException if there is none
     */
    List<Row> find(String named) {
        List<Row> rows = rows();
        List<Row> found =
                rows.stream()
                        .filter(row -> row.target().placement().health().id().equals(named))
                        .toList();
        if (found.isEmpty()) {
            found = rows.stream().filter(row -> row.target().name().equals(named)).toList();
        }
        if (found.isEmpty()) {
            found =
                    rows.stream()
                            .filter(row -> row.target().provider().name().equals(named))
                            .toList();
        }
        if (found.isEmpty()) {
            throw Answers.notFound("target", named);
        }
        return found;
    }

    /**
     * The keys that are meant: by id, or by label.
     *
     * @throws GatewayException if there is none
     */
    List<KeyRow> findKeys(String named) {
        List<KeyRow> keys = keys();
        List<KeyRow> found = keys.stream().filter(key -> key.id().equals(named)).toList();
        if (found.isEmpty()) {
            found = keys.stream().filter(key -> key.key().label().equals(named)).toList();
        }
        if (found.isEmpty()) {
            throw Answers.notFound("key", named);
        }
        return found;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** The time of day, in milliseconds of the epoch, at a moment of the loops' clock. */
    long millisAt(long momentNanos) {
        return clock.millis() + TimeUnit.NANOSECONDS.toMillis(momentNanos - now());
    }
}
