package io.sluice.transport.management;

import io.sluice.auth.KeyHash;
import io.sluice.auth.MaskedKey;
import io.sluice.auth.Owner;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.AccountTerms;
import io.sluice.store.KeyDigest;
import io.sluice.store.KeyRecord;
import io.sluice.store.KeyRepository;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.Stamp;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Withering tokens: keys of a project that last for a time and for so many requests. */
public final class TokenRoutes {

    private static final String BY = "master";
    private static final Long DEFAULT_MINUTES = 30L * 24 * 60;
    private static final long MAX_MINUTES = 525_600;
    private static final Long DEFAULT_REQUESTS = 5_000L;
    private static final int PAGE = 100;

    private final Books books;
    private final KeyLookup lookup;

    public TokenRoutes(Books books) {
        this.books = books;
        this.lookup = new KeyLookup(books);
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("POST", "/manage/tokens", "makes a token", this::create),
                Answers.route("GET", "/manage/tokens", "tokens, by pages", this::list),
                Answers.route("GET", "/manage/tokens/{id}", "one token", this::show),
                Answers.route("PATCH", "/manage/tokens/{id}", "changes a token", this::update),
                Answers.route("DELETE", "/manage/tokens/{id}", "ends a token", this::delete));
    }

    private AdminResponse create(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String projectId = body.needText("project_id");
        OwnerRecord project = books.owners().find(OwnerKind.PROJECT, projectId);
        if (project == null) {
            throw Answers.notFound("project", projectId);
        }
        if (project.deactivatedAt() != null) {
            throw new GatewayException(
                    ErrorCode.PROJECT_INACTIVE, "the project " + projectId + " is not active");
        }
        Long minutes =
                body.has("duration_minutes") ? body.count("duration_minutes") : DEFAULT_MINUTES;
        if (minutes == null || minutes < 1 || minutes > MAX_MINUTES) {
            throw Body.wrong("duration_minutes", "from 1 to " + MAX_MINUTES);
        }
        Long most = body.has("max_requests") ? body.count("max_requests") : DEFAULT_REQUESTS;
        Instant now = books.clock().instant();
        String token = books.newKeys().witheringToken();
        Instant expiresAt = now.plus(minutes, ChronoUnit.MINUTES);
        KeyRecord made =
                books.keys()
                        .insert(
                                new KeyRecord(
                                        books.newKeys().id(),
                                        KeyDigest.of(books.digests().of(KeyHash.of(token))),
                                        MaskedKey.of(token),
                                        KeyRecord.Kind.WITHERING,
                                        null,
                                        new Owner(null, null, null, projectId),
                                        null,
                                        new KeyRecord.Life(expiresAt, null, bound(most), 0, null),
                                        AccountTerms.NONE,
                                        false,
                                        now,
                                        Stamp.of(now, BY)));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("id", made.id());
        answer.put("token", token);
        answer.put("expires_at", Times.text(expiresAt));
        answer.put("max_requests", made.life().maxRequests());
        return Answers.of(201, answer).withHeader("cache-control", "no-store");
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", PAGE, 1, KeyRepository.MAX_ROWS);
        String after = query.text("after");
        KeyRepository.Filter filter =
                new KeyRepository.Filter(
                        new Owner(null, null, null, query.text("projectId", "project_id")), null);
        List<KeyRecord> found = books.keys().list(filter, after == null ? "" : after, size);
        boolean activeOnly = query.isTrue("activeOnly") || query.isTrue("active_only");
        Instant now = books.clock().instant();
        AdminResponse answer =
                Answers.ok(
                        found.stream()
                                .filter(key -> key.owner().projectId() != null)
                                .filter(key -> !activeOnly || isActive(key, now))
                                .map(TokenRoutes::json)
                                .toList());
        return found.size() < size
                ? answer
                : answer.withHeader("x-sluice-next", found.getLast().id());
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        return Answers.ok(json(need(names)));
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        KeyRecord now = need(names);
        Instant time = books.clock().instant();
        Boolean active = body.flag("is_active");
        KeyRecord.Life life = now.life();
        Instant revokedAt = life.revokedAt();
        if (active != null) {
            revokedAt = active ? null : revokedAt == null ? time : revokedAt;
        }
        Long most = body.has("max_requests") ? body.count("max_requests") : life.maxRequests();
        KeyRecord changed =
                new KeyRecord(
                        now.id(),
                        now.digest(),
                        now.display(),
                        now.kind(),
                        now.alias(),
                        now.owner(),
                        now.onDisconnect(),
                        new KeyRecord.Life(
                                life.expiresAt(),
                                revokedAt,
                                bound(most),
                                life.requestCount(),
                                life.lastUsedAt()),
                        now.terms(),
                        now.blocked(),
                        now.spendSince(),
                        now.stamp().changed(time, BY));
        return Answers.ok(json(books.keys().update(changed)));
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        KeyRecord found = lookup.find(names.getOrDefault("id", ""));
        if (found != null) {
            books.keys().revoke(found.id(), books.clock().instant(), BY);
        }
        return Answers.empty();
    }

    private KeyRecord need(Map<String, String> names) {
        return lookup.need(names.getOrDefault("id", ""));
    }

    private static @Nullable Long bound(@Nullable Long most) {
        return most == null || most == 0 ? null : most;
    }

    private static boolean isActive(KeyRecord key, Instant now) {
        return KeyJson.status(key, now) == KeyJson.KeyStatus.ACTIVE;
    }

    private static Map<String, @Nullable Object> json(KeyRecord key) {
        KeyRecord.Life life = key.life();
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", key.id());
        out.put("token", key.display());
        out.put("project_id", key.owner().projectId());
        out.put("is_active", life.revokedAt() == null);
        out.put("deactivated_at", Times.text(life.revokedAt()));
        out.put("expires_at", Times.text(life.expiresAt()));
        out.put("max_requests", life.maxRequests());
        out.put("request_count", life.requestCount());
        out.put("last_used_at", Times.text(life.lastUsedAt()));
        out.put("created_at", Times.text(key.stamp().createdAt()));
        return out;
    }
}
