package io.sluice.transport.management;

import io.sluice.auth.MaskedKey;
import io.sluice.auth.Owner;
import io.sluice.config.Secret;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.AccountTerms;
import io.sluice.store.CredentialRecord;
import io.sluice.store.KeyRecord;
import io.sluice.store.KeyRepository;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.OwnerRepository;
import io.sluice.store.Stamp;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Projects, each with a provider's key of its own, that withering tokens belong to. */
public final class ProjectRoutes {

    private static final String BY = "master";
    private static final int PAGE = 100;

    private final Books books;

    public ProjectRoutes(Books books) {
        this.books = books;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("GET", "/manage/projects", "projects, by pages", this::list),
                Answers.route("POST", "/manage/projects", "makes a project", this::create),
                Answers.route("GET", "/manage/projects/{id}", "one project", this::show),
                Answers.route("PATCH", "/manage/projects/{id}", "changes a project", this::update),
                Answers.route("PUT", "/manage/projects/{id}", "changes a project", this::update),
                Answers.route(
                        "DELETE",
                        "/manage/projects/{id}",
                        "deactivates a project and ends its tokens",
                        this::delete),
                Answers.route(
                        "POST",
                        "/manage/projects/{id}/tokens/revoke",
                        "ends its tokens",
                        (_, names) -> Answers.ok(revokeTokens(need(names).id()))));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", PAGE, 1, OwnerRepository.MAX_ROWS);
        String after = query.text("after");
        List<OwnerRecord> found =
                books.owners().list(OwnerKind.PROJECT, after == null ? "" : after, size);
        AdminResponse answer = Answers.ok(found.stream().map(this::json).toList());
        return found.size() < size
                ? answer
                : answer.withHeader("x-sluice-next", found.getLast().id());
    }

    private AdminResponse create(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String name = body.needText("name");
        String key = body.firstText("api_key", "openai_api_key");
        if (key == null || key.isBlank()) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "the field api_key is missing", "api_key");
        }
        checkKey(key);
        Instant now = books.clock().instant();
        OwnerRecord project =
                books.owners()
                        .insert(
                                new OwnerRecord(
                                        OwnerKind.PROJECT,
                                        books.newKeys().id(),
                                        name,
                                        Map.of(),
                                        AccountTerms.NONE,
                                        false,
                                        null,
                                        now,
                                        Stamp.of(now, BY)));
        storeKey(project.id(), body.text("provider"), key, now);
        return Answers.of(201, json(project));
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        return Answers.ok(json(need(names)));
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        OwnerRecord now = need(names);
        Instant time = books.clock().instant();
        String name = body.text("name");
        String key = body.firstText("api_key", "openai_api_key");
        Boolean active = body.flag("is_active");
        Boolean revokes = body.flag("revoke_tokens");
        if (Boolean.TRUE.equals(revokes) && !Boolean.FALSE.equals(active)) {
            throw Body.wrong("revoke_tokens", "sent together with is_active: false");
        }
        if (key != null) {
            checkKey(key);
        }
        OwnerRecord changed =
                books.owners()
                        .update(
                                new OwnerRecord(
                                        OwnerKind.PROJECT,
                                        now.id(),
                                        name == null ? now.alias() : name,
                                        now.attributes(),
                                        now.terms(),
                                        now.blocked(),
                                        deactivatedAt(active, now.deactivatedAt(), time),
                                        now.spendSince(),
                                        now.stamp().changed(time, BY)));
        if (key != null) {
            if (!Boolean.TRUE.equals(body.flag("add_key"))) {
                for (CredentialRecord old : books.credentials().ofProject(now.id())) {
                    books.credentials().delete(old.id());
                }
            }
            storeKey(now.id(), body.text("provider"), key, time);
        }
        if (Boolean.TRUE.equals(revokes)) {
            revokeTokens(now.id());
        }
        return Answers.ok(json(changed));
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        OwnerRecord now = need(names);
        Instant time = books.clock().instant();
        books.owners()
                .update(
                        new OwnerRecord(
                                OwnerKind.PROJECT,
                                now.id(),
                                now.alias(),
                                now.attributes(),
                                now.terms(),
                                now.blocked(),
                                deactivatedAt(false, now.deactivatedAt(), time),
                                now.spendSince(),
                                now.stamp().changed(time, BY)));
        revokeTokens(now.id());
        return Answers.empty();
    }

    private Map<String, @Nullable Object> revokeTokens(String projectId) {
        KeyRepository.Filter filter =
                new KeyRepository.Filter(new Owner(null, null, null, projectId), null);
        int revoked = 0;
        int already = 0;
        String last = "";
        while (true) {
            List<KeyRecord> keys = books.keys().list(filter, last, KeyRepository.MAX_ROWS);
            if (keys.isEmpty()) {
                break;
            }
            for (KeyRecord key : keys) {
                if (key.life().revokedAt() == null) {
                    books.keys().revoke(key.id(), books.clock().instant(), BY);
                    revoked++;
                } else {
                    already++;
                }
            }
            last = keys.getLast().id();
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("revoked_count", revoked);
        answer.put("already_revoked_count", already);
        answer.put("total_tokens", revoked + already);
        answer.put("failed_count", 0);
        return answer;
    }

    private void storeKey(String projectId, @Nullable String provider, String key, Instant now) {
        books.credentials()
                .insert(
                        new CredentialRecord(
                                books.newKeys().id(),
                                MaskedKey.of(key),
                                provider,
                                null,
                                projectId,
                                books.seal().seal(Secret.of(key)),
                                "{}",
                                false,
                                Stamp.of(now, BY)));
    }

    private static void checkKey(String key) {
        if (MaskedKey.isMasked(key)) {
            throw Body.wrong("api_key", "the key in full, not the form in which keys are shown");
        }
        if (key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw Body.wrong("api_key", "of visible ASCII characters");
        }
    }

    private static @Nullable Instant deactivatedAt(
            @Nullable Boolean active, @Nullable Instant now, Instant time) {
        if (active == null) {
            return now;
        }
        if (active) {
            return null;
        }
        return now == null ? time : now;
    }

    private OwnerRecord need(Map<String, String> names) {
        String id = names.getOrDefault("id", "");
        OwnerRecord found = books.owners().find(OwnerKind.PROJECT, id);
        if (found == null) {
            throw Answers.notFound("project", id);
        }
        return found;
    }

    private Map<String, @Nullable Object> json(OwnerRecord project) {
        List<String> shown = new ArrayList<>();
        for (CredentialRecord credential : books.credentials().ofProject(project.id())) {
            shown.add(String.valueOf(credential.alias()));
        }
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("id", project.id());
        out.put("name", project.alias());
        out.put("api_key", shown.isEmpty() ? null : shown.getFirst());
        out.put("is_active", project.deactivatedAt() == null);
        out.put("deactivated_at", Times.text(project.deactivatedAt()));
        out.put("created_at", Times.text(project.stamp().createdAt()));
        out.put("updated_at", Times.text(project.stamp().updatedAt()));
        return out;
    }
}
