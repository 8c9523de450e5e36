package io.sluice.transport.management;

import io.sluice.config.BudgetEntry;
import io.sluice.config.BudgetWindow;
import io.sluice.store.Dimension;
import io.sluice.store.KeyRecord;
import io.sluice.store.KeyRepository;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The gateway's own budget, how much of it is spent, and when it begins anew. */
public final class TodayRoutes {

    private static final String BY = "master";

    private final Books books;
    private final Spending spending;
    private final Supplier<@Nullable BudgetEntry> budget;

    /**
     * The routes of a gateway.
     *
     * @param budget its own, asked at each request
     */
    public TodayRoutes(Books books, Spending spending, Supplier<@Nullable BudgetEntry> budget) {
        this.books = books;
        this.spending = spending;
        this.budget = budget;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("GET", "/spend/today", "spend and cap of today", this::today),
                Answers.route(
                        "POST",
                        "/global/spend/reset",
                        "counts the spend of keys and teams from now on",
                        this::reset));
    }

    private AdminResponse today(AdminRequest request, Map<String, String> names) {
        Instant now = books.clock().instant();
        BudgetEntry cap = budget.get();
        BudgetWindow window = cap == null ? BudgetWindow.DAY : cap.window();
        var zone = cap == null ? ZoneOffset.UTC : cap.zone();
        String currency = cap == null ? "USD" : cap.currency();
        BigDecimal cost =
                Money.units(
                        spending.picosSince(
                                Dimension.GATEWAY, "", currency, window.startOf(now, zone)));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("cost", cost);
        answer.put("cap", cap == null ? null : cap.amount());
        answer.put("currency", currency);
        answer.put("percent", cap == null ? null : percent(cost, cap.amount()));
        answer.put(
                "remaining", cap == null ? null : cap.amount().subtract(cost).max(BigDecimal.ZERO));
        boolean isForEver = window.equals(BudgetWindow.NEVER);
        answer.put("resets_at", isForEver ? null : Times.text(window.endOf(now, zone)));
        return Answers.ok(answer);
    }

    private static @Nullable BigDecimal percent(BigDecimal cost, BigDecimal cap) {
        return cap.signum() == 0
                ? null
                : cost.movePointRight(2).divide(cap, 2, RoundingMode.HALF_UP);
    }

    private AdminResponse reset(AdminRequest request, Map<String, String> names) {
        KeyChange change = new KeyChange(books);
        String last = "";
        while (true) {
            List<KeyRecord> keys =
                    books.keys().list(KeyRepository.Filter.ALL, last, KeyRepository.MAX_ROWS);
            if (keys.isEmpty()) {
                break;
            }
            keys.forEach(key -> books.keys().update(change.withoutSpend(key)));
            last = keys.getLast().id();
        }
        last = "";
        while (true) {
            List<OwnerRecord> teams =
                    books.owners().list(OwnerKind.TEAM, last, KeyRepository.MAX_ROWS);
            if (teams.isEmpty()) {
                return Answers.ok(Map.of("status", "ok"));
            }
            teams.forEach(team ->
                    books.owners()
                            .resetSpend(OwnerKind.TEAM, team.id(), books.clock().instant(), BY));
            last = teams.getLast().id();
        }
    }
}
