package io.sluice.store;

import io.sluice.auth.Owner;
import io.sluice.config.AccountLimits;
import io.sluice.config.BudgetMode;
import io.sluice.config.BudgetWindow;
import io.sluice.config.OnDisconnect;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects to store. */
final class Samples {

    static final Instant NOW = Instant.parse("2026-11-21T12:34:56.789Z");

    static final AccountTerms TERMS =
            new AccountTerms(
                    List.of("gpt-*", "grüße"),
                    new AccountLimits(
                            List.of(
                                    new AccountLimits.Rate(
                                            AccountLimits.Unit.REQUESTS, Duration.ofMinutes(1), 60),
                                    new AccountLimits.Rate(
                                            AccountLimits.Unit.TOKENS, Duration.ofDays(1), 0),
                                    new AccountLimits.Rate(
                                            AccountLimits.Unit.REQUESTS,
                                            Duration.ofMinutes(1),
                                            5,
                                            "gpt-4o"),
                                    new AccountLimits.Rate(
                                            AccountLimits.Unit.TOKENS,
                                            Duration.ofMinutes(1),
                                            9,
                                            "parallel")),
                            7L,
                            1500),
                    "gold",
                    new BudgetTerms(
                            1_500_000_000_000L,
                            null,
                            "EUR",
                            BudgetWindow.of(Duration.ofDays(30)),
                            ZoneId.of("Europe/Berlin"),
                            BudgetMode.HARD),
                    "{\"gpt-4o\":{\"budget\":1}}",
                    "{\"a\":1}",
                    List.of("red", "b\"lue"),
                    "{\"guardrails\":[]}");

    private Samples() {}

    /** A key with everything that a key can have. */
    static KeyRecord key(String id) {
        return new KeyRecord(
                id,
                digest(id),
                "sk-12**********abcd",
                KeyRecord.Kind.WITHERING,
                "alias-" + id,
                new Owner("user-1", "team-1", "organization-1", "project-1"),
                OnDisconnect.DRAIN,
                new KeyRecord.Life(NOW.plusSeconds(60), null, 10L, 0, null),
                TERMS,
                false,
                Instant.EPOCH,
                Stamp.of(NOW, "joe"));
    }

    /** A key of an owner with no bounds. */
    static KeyRecord plainKey(String id, Owner owner, @Nullable Instant expiresAt) {
        return new KeyRecord(
                id,
                digest(id),
                "sk-…",
                KeyRecord.Kind.VIRTUAL,
                null,
                owner,
                null,
                new KeyRecord.Life(expiresAt, null, null, 0, null),
                AccountTerms.NONE,
                false,
                Instant.EPOCH,
                Stamp.of(NOW, null));
    }

    static OwnerRecord owner(OwnerKind kind, String id) {
        Map<String, String> attributes =
                kind.attributes().isEmpty()
                        ? Map.of()
                        : Map.of(kind.attributes().getFirst(), "value");
        return new OwnerRecord(
                kind, id, "alias-" + id, attributes, TERMS, true, NOW, NOW, Stamp.of(NOW, "joe"));
    }

    static BudgetRecord budget(String id) {
        return new BudgetRecord(
                id,
                "Gold",
                new BudgetTerms(null, 5L, "USD", BudgetWindow.MONTH, ZoneOffset.UTC, null),
                "{}",
                AccountLimits.NONE,
                "{}",
                Stamp.of(NOW, null));
    }

    static CredentialRecord credential(String id, String project) {
        return new CredentialRecord(
                id,
                null,
                "openai",
                null,
                project,
                "enc:v1:planted",
                "{}",
                false,
                Stamp.of(NOW, null));
    }

    static KeyDigest digest(String id) {
        byte[] bytes = new byte[32];
        byte[] name = id.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(name, 0, bytes, 0, Math.min(name.length, bytes.length));
        return KeyDigest.of(bytes);
    }
}
