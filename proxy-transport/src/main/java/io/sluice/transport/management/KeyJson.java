package io.sluice.transport.management;

import io.sluice.auth.Owner;
import io.sluice.config.BudgetWindow;
import io.sluice.store.BudgetTerms;
import io.sluice.store.Dimension;
import io.sluice.store.KeyRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows keys, never their secrets. */
final class KeyJson {

    private final Spending spending;
    private final InstantSource clock;

    KeyJson(Spending spending, InstantSource clock) {
        this.spending = spending;
        this.clock = clock;
    }

    /** All that is known of a key, in LiteLLM's words and a few more. */
    Map<String, @Nullable Object> of(KeyRecord key) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("token", key.id());
        out.put("key_name", name(key));
        out.put("key_alias", key.alias());
        out.put("display", key.display());
        out.put("kind", key.kind().code());
        out.put("spend", spent(key));
        writeOwner(key.owner(), out);
        writeLife(key, out);
        AccountFields.write(key.terms(), out);
        BudgetTerms budget = key.terms().budget();
        out.put("budget_reset_at", AccountFields.resetAt(budget, clock.instant()));
        out.put("blocked", key.blocked());
        out.put("on_disconnect", text(key.onDisconnect()));
        out.put("created_at", Times.text(key.stamp().createdAt()));
        out.put("created_by", key.stamp().createdBy());
        out.put("updated_at", Times.text(key.stamp().updatedAt()));
        out.put("updated_by", key.stamp().updatedBy());
        return out;
    }

    /** What it has spent in its budget's window, or since it was made or its spend reset. */
    BigDecimal spent(KeyRecord key) {
        BudgetTerms budget = key.terms().budget();
        String currency = budget == null ? "USD" : budget.currency();
        Instant since = key.spendSince();
        if (budget != null && !budget.window().equals(BudgetWindow.NEVER)) {
            Instant start = budget.window().startOf(clock.instant(), budget.zone());
            since = start.isAfter(since) ? start : since;
        }
        return Money.units(spending.picosSince(Dimension.KEY, key.id(), currency, since));
    }

    /** The name that people gave it, else its ends. */
    static String name(KeyRecord key) {
        Object given = AccountFields.settings(key.terms().settings()).get("key_name");
        return given instanceof String name ? name : key.display();
    }

    private void writeLife(KeyRecord key, Map<String, @Nullable Object> out) {
        KeyRecord.Life life = key.life();
        out.put("expires", Times.text(life.expiresAt()));
        out.put("revoked_at", Times.text(life.revokedAt()));
        out.put("max_requests", life.maxRequests());
        out.put("request_count", life.requestCount());
        out.put("last_used_at", Times.text(life.lastUsedAt()));
        out.put("status", status(key, clock.instant()).name().toLowerCase(Locale.ROOT));
    }

    /** What a caller would be told of it. */
    static KeyStatus status(KeyRecord key, Instant now) {
        KeyRecord.Life life = key.life();
        Instant expiresAt = life.expiresAt();
        Long most = life.maxRequests();
        if (life.revokedAt() != null) {
            return KeyStatus.REVOKED;
        }
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return KeyStatus.EXPIRED;
        }
        if (key.blocked()) {
            return KeyStatus.BLOCKED;
        }
        return most != null && life.requestCount() >= most ? KeyStatus.USED_UP : KeyStatus.ACTIVE;
    }

    /** How a key stands. */
    enum KeyStatus {
        ACTIVE,
        BLOCKED,
        EXPIRED,
        REVOKED,
        /** It has made all the requests it was good for. */
        USED_UP
    }

    private static void writeOwner(Owner owner, Map<String, @Nullable Object> out) {
        out.put("user_id", owner.userId());
        out.put("team_id", owner.teamId());
        out.put("organization_id", owner.organizationId());
        out.put("project_id", owner.projectId());
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
