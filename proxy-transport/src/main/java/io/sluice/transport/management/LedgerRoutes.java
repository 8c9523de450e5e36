package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.ledger.LedgerWriter;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an operator may do with the ledger of a running gateway. */
public final class LedgerRoutes {

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Supplier<CompletableFuture<LedgerWriter.Replay>> replay;

    /**
     * The routes of one gateway.
     *
     * @param replay offers the rows that the database refused to it again
     */
    public LedgerRoutes(Supplier<CompletableFuture<LedgerWriter.Replay>> replay) {
        this.replay = replay;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route(
                        "POST",
                        "/ledger/replay-refused",
                        "offers rows that the database refused to it again",
                        this::replay));
    }

    private AdminResponse replay(AdminRequest request, Map<String, String> names) {
        LedgerWriter.Replay done;
        try {
            done = replay.get().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException | CancellationException _) {
            throw new GatewayException(
                    ErrorCode.DATABASE_UNAVAILABLE,
                    "the database is away, or takes too long; what it has taken is not offered"
                            + " again");
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("stored", done.stored());
        answer.put("left", done.left());
        answer.put("reason", done.reason());
        return Answers.ok(answer);
    }
}
