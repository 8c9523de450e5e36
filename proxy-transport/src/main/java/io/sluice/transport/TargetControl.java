package io.sluice.transport;

import io.sluice.auth.Principal;
import io.sluice.config.RouterChange;
import io.sluice.config.Settings;
import io.sluice.health.TargetHealths;
import io.sluice.transport.admin.AdminRoute;
import io.sluice.transport.exchange.Snapshot;
import io.sluice.transport.management.RouteRoutes;
import io.sluice.transport.management.StateRoutes;
import io.sluice.transport.management.TargetRoutes;
import io.sluice.transport.management.TargetTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What outlives the settings that targets were made of: their health, and what operators have
 * changed while the gateway runs.
 *
 * <p>Safe for any thread.
 */
final class TargetControl implements AutoCloseable {

    /** Builds what calls go by anew, with what has changed. Blocks. */
    @FunctionalInterface
    interface Rebuild {
        void run() throws IOException;
    }

    private final TargetHealths healths = new TargetHealths(new HealthLog());
    private volatile RouterChange changed = RouterChange.NONE;
    private @Nullable HealthKeeper keeper;
    private @Nullable HealthChecker checker;

    TargetHealths healths() {
        return healths;
    }

    /** Those settings, with what operators have changed over them. */
    Settings apply(Settings settings) {
        return changed.of(settings);
    }

    /** Takes up what an earlier process has left, once the targets are there. */
    void start(Path stateDir, HealthKeeper.Shelf shelf, LongSupplier nanos, InstantSource clock) {
        HealthKeeper started = new HealthKeeper(healths, stateDir, shelf, nanos, clock);
        keeper = started;
        started.start();
    }

    /** Asks providers in the background from now on, where that is switched on. */
    void check(HealthChecker started) {
        checker = started;
        started.start();
    }

    private void checkNow() {
        HealthChecker started = checker;
        if (started != null) {
            started.checkAll();
        }
    }

    /**
     * What the administrator may ask and set.
     *
     * @param nanos the clock of the event loops
     * @param callers finds whoever holds a key, by the key's id or alias
     */
    List<AdminRoute> routes(
            Supplier<Snapshot> snapshot,
            LongSupplier nanos,
            Rebuild rebuild,
            Function<String, @Nullable Principal> callers,
            long startedMillis) {
        TargetTable table =
                new TargetTable(
                        () -> snapshot.get().routes(),
                        healths,
                        nanos,
                        InstantSource.system(),
                        () -> snapshot.get().settings().health().checks().staleAfter());
        List<AdminRoute> routes = new ArrayList<>();
        routes.addAll(
                new TargetRoutes(table, this::onChange, this::checkNow, startedMillis).routes());
        routes.addAll(new StateRoutes(table, this::onChange).routes());
        routes.addAll(
                new RouteRoutes(
                                table,
                                () -> snapshot.get().settings(),
                                change -> change(change, rebuild),
                                callers)
                        .routes());
        return routes;
    }

    private synchronized void change(RouterChange change, Rebuild rebuild) {
        RouterChange before = changed;
        changed = before.and(change);
        try {
            rebuild.run();
        } catch (IOException e) {
            changed = before;
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void onChange() {
        HealthKeeper started = keeper;
        if (started != null) {
            started.onChange();
        }
    }

    @Override
    public void close() {
        HealthChecker checking = checker;
        if (checking != null) {
            checking.close();
        }
        HealthKeeper started = keeper;
        if (started != null) {
            started.close();
        }
    }
}
