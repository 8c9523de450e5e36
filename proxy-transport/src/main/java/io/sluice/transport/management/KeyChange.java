package io.sluice.transport.management;

import io.sluice.auth.Owner;
import io.sluice.config.OnDisconnect;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.AccountTerms;
import io.sluice.store.KeyDigest;
import io.sluice.store.KeyRecord;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.Stamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes key records from what callers say, and from other key records. */
final class KeyChange {

    private static final String BY = "master";

    private final Books books;

    KeyChange(Books books) {
        this.books = books;
    }

    /** A new key as {@code body} wants it. */
    KeyRecord create(Body body, KeyDigest digest, String display, KeyRecord.Kind kind) {
        Instant now = books.clock().instant();
        KeyRecord bare =
                new KeyRecord(
                        books.newKeys().id(),
                        digest,
                        display,
                        kind,
                        null,
                        Owner.NONE,
                        null,
                        KeyRecord.Life.UNBOUNDED,
                        AccountTerms.NONE,
                        false,
                        now,
                        Stamp.of(now, BY));
        return apply(body, bare);
    }

    /** The key that {@code body} makes of {@code now}. */
    KeyRecord apply(Body body, KeyRecord now) {
        String alias = body.has("key_alias") ? body.text("key_alias") : now.alias();
        if (alias != null && alias.isBlank()) {
            throw Body.wrong("key_alias", "a name, or null");
        }
        AccountTerms terms = AccountFields.read(body, now.terms());
        String budgetId = terms.budgetId();
        if (budgetId != null && body.has("budget_id") && books.budgets().find(budgetId) == null) {
            throw Body.wrong("budget_id", "the id of a budget; there is none " + budgetId);
        }
        Boolean blocked = body.flag("blocked");
        return new KeyRecord(
                now.id(),
                now.digest(),
                now.display(),
                now.kind(),
                alias,
                owner(body, now.owner()),
                onDisconnect(body, now.onDisconnect()),
                life(body, now.life()),
                withName(body, terms),
                blocked == null ? now.blocked() : blocked,
                now.spendSince(),
                now.stamp().changed(books.clock().instant(), BY));
    }

    /** The same key with another secret, which has spent nothing yet. */
    KeyRecord withSecret(KeyRecord key, KeyDigest digest, String display) {
        Instant now = books.clock().instant();
        return new KeyRecord(
                key.id(),
                digest,
                display,
                key.kind(),
                key.alias(),
                key.owner(),
                key.onDisconnect(),
                key.life(),
                key.terms(),
                key.blocked(),
                now,
                key.stamp().changed(now, BY));
    }

    /** The same key, whose spend counts from now on. */
    KeyRecord withoutSpend(KeyRecord key) {
        return withSecret(key, key.digest(), key.display());
    }

    /** The same key after its end: its callers are told, and its alias is free. */
    KeyRecord ended(KeyRecord key) {
        Instant now = books.clock().instant();
        KeyRecord.Life life = key.life();
        Instant revokedAt = life.revokedAt();
        Instant expiresAt = life.expiresAt();
        return new KeyRecord(
                key.id(),
                key.digest(),
                key.display(),
                key.kind(),
                null,
                key.owner(),
                key.onDisconnect(),
                new KeyRecord.Life(
                        expiresAt == null || expiresAt.isAfter(now) ? now : expiresAt,
                        revokedAt == null ? now : revokedAt,
                        life.maxRequests(),
                        life.requestCount(),
                        life.lastUsedAt()),
                key.terms(),
                key.blocked(),
                key.spendSince(),
                key.stamp().changed(now, BY));
    }

    private KeyRecord.Life life(Body body, KeyRecord.Life now) {
        Instant expiresAt = now.expiresAt();
        if (body.has("expires")) {
            expiresAt = Times.instant(body.text("expires"), "expires");
        }
        if (body.has("duration")) {
            String duration = body.text("duration");
            expiresAt =
                    duration == null || duration.equals("-1")
                            ? null
                            : Times.after(books.clock().instant(), duration, "duration");
        }
        Long most = body.has("max_requests") ? body.count("max_requests") : now.maxRequests();
        return new KeyRecord.Life(
                expiresAt,
                now.revokedAt(),
                most == null || most == 0 ? null : most,
                now.requestCount(),
                now.lastUsedAt());
    }

    private Owner owner(Body body, Owner now) {
        return new Owner(
                one(body, "user_id", OwnerKind.USER, now.userId()),
                one(body, "team_id", OwnerKind.TEAM, now.teamId()),
                one(body, "organization_id", OwnerKind.ORGANIZATION, now.organizationId()),
                one(body, "project_id", OwnerKind.PROJECT, now.projectId()));
    }

    private @Nullable String one(Body body, String name, OwnerKind kind, @Nullable String now) {
        if (!body.has(name)) {
            return now;
        }
        String id = body.text(name);
        if (id == null || id.isEmpty()) {
            return null;
        }
        OwnerRecord found = books.owners().find(kind, id);
        if (found == null) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "the field %s names no %s: %s; make it first with /%s/new"
                            .formatted(name, kind.change().code(), id, kind.change().code()),
                    name);
        }
        return id;
    }

    private static @Nullable OnDisconnect onDisconnect(Body body, @Nullable OnDisconnect now) {
        if (!body.has("on_disconnect")) {
            return now;
        }
        String text = body.text("on_disconnect");
        OnDisconnect read = text == null ? null : OnDisconnect.parse(text);
        if (text != null && read == null) {
            throw Body.wrong("on_disconnect", "cancel, drain, or drain: and a time or tokens");
        }
        return read;
    }

    /** The name that people gave the key beside its alias is kept with what is noted of it. */
    private static AccountTerms withName(Body body, AccountTerms terms) {
        if (!body.has("key_name")) {
            return terms;
        }
        var settings = AccountFields.settings(terms.settings());
        settings.put("key_name", body.text("key_name"));
        return new AccountTerms(
                terms.models(),
                terms.limits(),
                terms.budgetId(),
                terms.budget(),
                terms.modelBudgets(),
                terms.metadata(),
                terms.tags(),
                JsonTree.text(settings));
    }
}
