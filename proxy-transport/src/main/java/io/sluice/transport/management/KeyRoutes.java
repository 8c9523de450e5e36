package io.sluice.transport.management;

import io.sluice.auth.KeyHash;
import io.sluice.auth.MaskedKey;
import io.sluice.auth.Owner;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.KeyDigest;
import io.sluice.store.KeyRecord;
import io.sluice.store.KeyRepository;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys: made, shown, changed, ended. */
public final class KeyRoutes {

    private static final int PAGE = 50;
    private static final int MAX_PAGE = 100;
    private static final int MAX_PAGES = 100;

    private final Books books;
    private final KeyLookup lookup;
    private final KeyChange change;
    private final KeyJson json;

    public KeyRoutes(Books books, Spending spending) {
        this.books = books;
        this.lookup = new KeyLookup(books);
        this.change = new KeyChange(books);
        this.json = new KeyJson(spending, books.clock());
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("POST", "/key/generate", "makes a key", this::generate),
                Answers.route(
                        "POST",
                        "/key/service-account/generate",
                        "makes a key of a team and of no user",
                        this::generateForService),
                Answers.route("POST", "/key/import", "takes over a SHA-256 digest", this::take),
                Answers.route("GET", "/key/info", "one key: ?key=", this::show),
                Answers.route("POST", "/v2/key/info", "several keys: {keys}", this::showAll),
                Answers.route("GET", "/key/list", "keys, by pages", this::list),
                Answers.route("GET", "/key/aliases", "the aliases of keys", this::aliases),
                Answers.route("GET", "/key/health", "whether a key can be used", this::health),
                Answers.route("POST", "/key/update", "changes a key", this::update),
                Answers.route("POST", "/key/bulk_update", "changes several keys", this::updateAll),
                Answers.route("POST", "/key/regenerate", "gives another secret", this::regenerate),
                Answers.route(
                        "POST",
                        "/key/{key}/regenerate",
                        "gives another secret",
                        (request, names) ->
                                regenerate(Body.of(request), names.getOrDefault("key", ""))),
                Answers.route(
                        "POST",
                        "/key/{key}/reset_spend",
                        "counts a key's spend from now on",
                        this::resetSpend),
                Answers.route("POST", "/key/block", "refuses a key", (r, _) -> block(r, true)),
                Answers.route("POST", "/key/unblock", "takes it again", (r, _) -> block(r, false)),
                Answers.route("POST", "/key/delete", "ends keys: {keys}", this::delete));
    }

    private AdminResponse generate(AdminRequest request, Map<String, String> names) {
        return generate(Body.of(request));
    }

    private AdminResponse generateForService(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        body.needText("team_id");
        if (body.text("user_id") != null) {
            body = Body.of(request).without("user_id");
        }
        return generate(body);
    }

    private AdminResponse generate(Body body) {
        String given = body.text("key");
        if (given != null && (!given.startsWith("sk-") || given.length() < 19)) {
            throw Body.wrong("key", "sk- and at least 16 further characters, or absent");
        }
        if (given != null && MaskedKey.isMasked(given)) {
            throw Body.wrong("key", "a key in full, not the form in which keys are shown");
        }
        String secret = given == null ? books.newKeys().key() : given;
        KeyRecord made =
                books.keys()
                        .insert(
                                change.create(
                                        body,
                                        digest(secret),
                                        MaskedKey.of(secret),
                                        KeyRecord.Kind.VIRTUAL));
        return withSecret(made, secret, body);
    }

    private AdminResponse take(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        KeyHash hash = KeyHash.parse(body.needText("sha256"));
        if (hash == null) {
            throw Body.wrong("sha256", "the 64 hexadecimal digits of a key's SHA-256");
        }
        String shown = body.text("display");
        KeyRecord made =
                books.keys()
                        .insert(
                                change.create(
                                        body,
                                        KeyDigest.of(books.digests().of(hash)),
                                        shown == null ? "(imported)" : MaskedKey.of(shown),
                                        KeyRecord.Kind.IMPORTED));
        return Answers.ok(shown(made, body));
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        KeyRecord key = lookup.need(Query.of(request).needText("key", "key_alias"));
        Map<String, @Nullable Object> answer = json.of(key);
        Map<String, @Nullable Object> info = json.of(key);
        answer.put("key", key.id());
        answer.put("info", info);
        return Answers.ok(answer);
    }

    private AdminResponse showAll(AdminRequest request, Map<String, String> names) {
        List<String> wanted = bounded(Body.of(request).needTexts("keys"));
        List<Object> found = new ArrayList<>();
        for (String name : wanted) {
            KeyRecord key = lookup.find(name);
            if (key != null) {
                found.add(json.of(key));
            }
        }
        return Answers.ok(Map.of("data", found));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", PAGE, 1, MAX_PAGE);
        int page = query.number("page", 1, 1, MAX_PAGES);
        String hash = query.text("key_hash");
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (hash != null) {
            KeyRecord one = lookup.find(hash);
            answer.put("keys", one == null ? List.of() : List.of(json.of(one)));
            answer.put("total_count", one == null ? 0 : 1);
            answer.put("current_page", 1);
            answer.put("total_pages", one == null ? 0 : 1);
            return Answers.ok(answer);
        }
        KeyRepository.Filter filter = filter(query);
        long count = books.keys().count(filter);
        List<KeyRecord> keys = page(filter, query.text("after"), page, size);
        answer.put("keys", keys.stream().map(json::of).toList());
        answer.put("total_count", count);
        answer.put("current_page", page);
        answer.put("total_pages", (count + size - 1) / size);
        answer.put("next", keys.size() < size ? null : keys.getLast().id());
        return Answers.ok(answer);
    }

    /** A page by its number, walked to by keys; {@code after} goes on where a page has ended. */
    private List<KeyRecord> page(
            KeyRepository.Filter filter, @Nullable String after, int page, int size) {
        String last = after == null ? "" : after;
        int skip = after == null ? (page - 1) * size : 0;
        while (skip > 0) {
            List<KeyRecord> skipped =
                    books.keys().list(filter, last, Math.min(skip, KeyRepository.MAX_ROWS));
            if (skipped.isEmpty()) {
                return List.of();
            }
            skip -= skipped.size();
            last = skipped.getLast().id();
        }
        return books.keys().list(filter, last, size);
    }

    private AdminResponse aliases(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", MAX_PAGE, 1, KeyRepository.MAX_ROWS);
        String after = query.text("after");
        List<KeyRecord> keys = books.keys().list(filter(query), after == null ? "" : after, size);
        List<String> aliases = new ArrayList<>();
        for (KeyRecord key : keys) {
            String alias = key.alias();
            if (alias != null) {
                aliases.add(alias);
            }
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("aliases", aliases);
        answer.put("next", keys.size() < size ? null : keys.getLast().id());
        return Answers.ok(answer);
    }

    private AdminResponse health(AdminRequest request, Map<String, String> names) {
        KeyRecord key = lookup.need(Query.of(request).needText("key"));
        KeyJson.KeyStatus status = KeyJson.status(key, books.clock().instant());
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("healthy", status == KeyJson.KeyStatus.ACTIVE);
        answer.put("key", status == KeyJson.KeyStatus.ACTIVE ? "healthy" : "unhealthy");
        answer.put("status", status.name().toLowerCase(java.util.Locale.ROOT));
        answer.put("blocked", key.blocked());
        answer.put("spend", json.spent(key));
        var budget = key.terms().budget();
        answer.put("max_budget", budget == null ? null : Money.units(budget.picos()));
        return Answers.ok(answer);
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        KeyRecord key = lookup.need(body.needText("key"));
        Map<String, @Nullable Object> answer =
                shown(books.keys().update(change.apply(body, key)), body);
        answer.put("key_status", answer.get("status"));
        answer.put("status", "updated");
        return Answers.ok(answer);
    }

    private AdminResponse updateAll(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        List<KeyRecord> keys = new ArrayList<>();
        for (String name : bounded(body.needTexts("keys"))) {
            keys.add(lookup.need(name));
        }
        for (KeyRecord key : keys) {
            books.keys().update(change.apply(body, key));
        }
        return Answers.ok(Map.of("status", "updated", "count", keys.size()));
    }

    private AdminResponse regenerate(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        return regenerate(body, body.needText("key"));
    }

    private AdminResponse regenerate(Body body, String name) {
        KeyRecord key = lookup.need(name);
        if (key.life().revokedAt() != null) {
            throw new GatewayException(
                    ErrorCode.ALREADY_EXISTS, "the key was revoked, which is for ever");
        }
        String secret = books.newKeys().key();
        KeyRecord changed =
                change.withSecret(change.apply(body, key), digest(secret), MaskedKey.of(secret));
        return withSecret(books.keys().update(changed), secret, body);
    }

    private AdminResponse resetSpend(AdminRequest request, Map<String, String> names) {
        KeyRecord key = lookup.need(names.getOrDefault("key", ""));
        return Answers.ok(json.of(books.keys().update(change.withoutSpend(key))));
    }

    private AdminResponse block(AdminRequest request, boolean blocked) {
        KeyRecord key = lookup.need(Body.of(request).needText("key"));
        books.keys().setBlocked(key.id(), blocked, books.clock().instant(), "master");
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("status", blocked ? "blocked" : "unblocked");
        answer.put("token", key.id());
        answer.put("key_alias", key.alias());
        answer.put("blocked", blocked);
        return Answers.ok(answer);
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        List<String> wanted = new ArrayList<>(body.texts("keys"));
        wanted.addAll(body.texts("key_aliases"));
        if (wanted.isEmpty()) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "the field keys is missing", "keys");
        }
        List<KeyRecord> keys = new ArrayList<>();
        for (String name : bounded(wanted)) {
            keys.add(lookup.need(name));
        }
        for (KeyRecord key : keys) {
            books.keys().update(change.ended(key));
        }
        return Answers.ok(Map.of("deleted_keys", keys.stream().map(KeyRecord::id).toList()));
    }

    private static KeyRepository.Filter filter(Query query) {
        return new KeyRepository.Filter(
                new Owner(
                        query.text("user_id"),
                        query.text("team_id"),
                        query.text("organization_id"),
                        query.text("project_id")),
                query.text("key_alias"));
    }

    private static List<String> bounded(List<String> names) {
        if (names.size() > KeyRepository.MAX_ROWS) {
            throw Body.wrong("keys", "at most " + KeyRepository.MAX_ROWS + " keys");
        }
        return names;
    }

    private KeyDigest digest(String secret) {
        return KeyDigest.of(books.digests().of(KeyHash.of(secret)));
    }

    /** The one answer that has a key in clear. */
    private AdminResponse withSecret(KeyRecord key, String secret, Body body) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("key", secret);
        answer.putAll(shown(key, body));
        return Answers.ok(answer).withHeader("cache-control", "no-store");
    }

    private Map<String, @Nullable Object> shown(KeyRecord key, Body body) {
        Map<String, @Nullable Object> answer = json.of(key);
        if (!body.ignored().isEmpty()) {
            answer.put("ignored_fields", body.ignored());
        }
        return answer;
    }
}
