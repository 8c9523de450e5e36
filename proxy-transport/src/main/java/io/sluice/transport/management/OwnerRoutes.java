package io.sluice.transport.management;

import io.sluice.store.AccountTerms;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.OwnerRepository;
import io.sluice.store.Stamp;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom keys may belong to: users, teams, organizations. Only what keys need; people and roles come
 * later.
 */
public final class OwnerRoutes {

    private static final String BY = "master";
    private static final int PAGE = 100;

    private final Books books;
    private final OwnerKind kind;
    private final String word;

    private OwnerRoutes(Books books, OwnerKind kind) {
        this.books = books;
        this.kind = kind;
        this.word = kind.change().code();
    }

    /** The routes of every kind. */
    public static List<AdminRoute> all(Books books) {
        List<AdminRoute> routes = new ArrayList<>();
        for (OwnerKind kind :
                List.of(
                        OwnerKind.USER,
                        OwnerKind.TEAM,
                        OwnerKind.ORGANIZATION,
                        OwnerKind.PROJECT)) {
            routes.addAll(new OwnerRoutes(books, kind).routes());
        }
        return routes;
    }

    private List<AdminRoute> routes() {
        List<AdminRoute> routes = new ArrayList<>(common());
        if (kind == OwnerKind.ORGANIZATION) {
            routes.add(Answers.route("DELETE", path("delete"), "removes some", this::delete));
            routes.add(
                    Answers.route("DELETE", path("delete/{id}"), "removes one", this::deleteOne));
        }
        return routes;
    }

    private List<AdminRoute> common() {
        return List.of(
                Answers.route("POST", path("new"), "makes a " + word, this::create),
                Answers.route("GET", path("info"), "one " + word, this::show),
                Answers.route("GET", path("info/{id}"), "one " + word, this::show),
                Answers.route("GET", path("list"), word + "s, by pages", this::list),
                Answers.route("POST", path("update"), "changes a " + word, this::update),
                Answers.route("PATCH", path("update"), "changes a " + word, this::update),
                Answers.route("POST", path("delete"), "removes " + word + "s", this::delete),
                Answers.route("POST", path("block"), "refuses its keys", (r, _) -> block(r, true)),
                Answers.route(
                        "POST", path("unblock"), "takes its keys again", (r, _) -> block(r, false)),
                Answers.route(
                        "POST",
                        path("{id}/reset_spend"),
                        "counts its spend from now on",
                        this::resetSpend));
    }

    private String path(String rest) {
        return "/" + word + "/" + rest;
    }

    private AdminResponse create(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String wanted = body.text(idField());
        var now = books.clock().instant();
        OwnerRecord bare =
                new OwnerRecord(
                        kind,
                        wanted == null || wanted.isBlank() ? books.newKeys().id() : wanted,
                        null,
                        Map.of(),
                        AccountTerms.NONE,
                        false,
                        null,
                        now,
                        Stamp.of(now, BY));
        return shown(books.owners().insert(apply(body, bare)), body);
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        String id = names.get("id");
        return Answers.ok(
                json(need(id == null ? Query.of(request).needText(idField(), "id") : id)));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", PAGE, 1, OwnerRepository.MAX_ROWS);
        String after = query.text("after");
        List<OwnerRecord> found = books.owners().list(kind, after == null ? "" : after, size);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(word + "s", found.stream().map(this::json).toList());
        answer.put("next", found.size() < size ? null : found.getLast().id());
        return Answers.ok(answer);
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        OwnerRecord now = need(body.needText(idField()));
        return shown(books.owners().update(apply(body, now)), body);
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        List<String> ids = new ArrayList<>(body.texts(idField() + "s"));
        ids.addAll(body.texts(idField()));
        if (ids.isEmpty()) {
            body.needTexts(idField() + "s");
        }
        return delete(ids);
    }

    private AdminResponse deleteOne(AdminRequest request, Map<String, String> names) {
        return delete(List.of(names.getOrDefault("id", "")));
    }

    private AdminResponse delete(List<String> ids) {
        ids.forEach(this::need);
        ids.forEach(id -> books.owners().delete(kind, id));
        return Answers.ok(Map.of("deleted_" + word + "s", ids));
    }

    private AdminResponse block(AdminRequest request, boolean blocked) {
        OwnerRecord now = need(Body.of(request).needText(idField()));
        return Answers.ok(
                json(
                        books.owners()
                                .update(
                                        new OwnerRecord(
                                                kind,
                                                now.id(),
                                                now.alias(),
                                                now.attributes(),
                                                now.terms(),
                                                blocked,
                                                now.deactivatedAt(),
                                                now.spendSince(),
                                                now.stamp()
                                                        .changed(books.clock().instant(), BY)))));
    }

    private AdminResponse resetSpend(AdminRequest request, Map<String, String> names) {
        OwnerRecord now = need(names.getOrDefault("id", ""));
        books.owners().resetSpend(kind, now.id(), books.clock().instant(), BY);
        return Answers.ok(json(need(now.id())));
    }

    private OwnerRecord need(String id) {
        OwnerRecord found = books.owners().find(kind, id);
        if (found == null) {
            throw Answers.notFound(word, id);
        }
        return found;
    }

    private OwnerRecord apply(Body body, OwnerRecord now) {
        Map<String, String> attributes = new HashMap<>(now.attributes());
        for (String name : kind.attributes()) {
            String field = field(name);
            if (body.has(field)) {
                String value = body.text(field);
                if (value == null) {
                    attributes.remove(name);
                } else {
                    attributes.put(name, value);
                }
            }
        }
        String alias = now.alias();
        for (String name : List.of(word + "_alias", word + "_name", "name")) {
            alias = body.has(name) ? body.text(name) : alias;
        }
        Boolean blocked = body.flag("blocked");
        return new OwnerRecord(
                kind,
                now.id(),
                alias,
                attributes,
                AccountFields.read(body, now.terms()),
                blocked == null ? now.blocked() : blocked,
                now.deactivatedAt(),
                now.spendSince(),
                now.stamp().changed(books.clock().instant(), BY));
    }

    private AdminResponse shown(OwnerRecord owner, Body body) {
        Map<String, @Nullable Object> answer = json(owner);
        if (!body.ignored().isEmpty()) {
            answer.put("ignored_fields", body.ignored());
        }
        return Answers.ok(answer);
    }

    private Map<String, @Nullable Object> json(OwnerRecord owner) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put(idField(), owner.id());
        out.put(word + "_alias", owner.alias());
        for (String name : kind.attributes()) {
            out.put(field(name), owner.attributes().get(name));
        }
        AccountFields.write(owner.terms(), out);
        out.put("blocked", owner.blocked());
        out.put("created_at", Times.text(owner.stamp().createdAt()));
        out.put("updated_at", Times.text(owner.stamp().updatedAt()));
        return out;
    }

    /** LiteLLM puts the kind before what a user has of its own. */
    private String field(String attribute) {
        return switch (attribute) {
            case "email" -> "user_email";
            case "role" -> "user_role";
            default -> attribute;
        };
    }

    private String idField() {
        return word + "_id";
    }
}
