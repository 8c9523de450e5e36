package io.sluice.transport.management;

import io.sluice.store.Dimension;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.OwnerRepository;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tags, by which calls are accounted for: what each may use and spend. */
public final class TagRoutes {

    private final Books books;
    private final Spending spending;
    private final NamedAccounts tags;

    public TagRoutes(Books books, Spending spending) {
        this.books = books;
        this.spending = spending;
        this.tags = new NamedAccounts(books, OwnerKind.TAG, "tag");
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("POST", "/tag/new", "makes a tag", this::create),
                Answers.route("POST", "/tag/update", "changes a tag", this::update),
                Answers.route("POST", "/tag/info", "some of them: {names}", this::show),
                Answers.route("GET", "/tag/list", "tags, by pages", this::list),
                Answers.route("POST", "/tag/delete", "removes a tag", this::delete),
                Answers.route("POST", "/tag/block", "refuses its calls", (r, _) -> block(r, true)),
                Answers.route(
                        "POST", "/tag/unblock", "takes them again", (r, _) -> block(r, false)));
    }

    private AdminResponse create(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String name = body.needText("name");
        return done(name, "created", tags.create(name, body), body);
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String name = body.needText("name");
        return done(name, "updated", tags.update(name, body), body);
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        Map<String, @Nullable Object> found = new LinkedHashMap<>();
        for (String name : Body.of(request).needTexts("names")) {
            OwnerRecord tag = tags.find(name);
            if (tag != null) {
                found.put(name, json(tag));
            }
        }
        return Answers.ok(found);
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int rows = query.number("size", OwnerRepository.MAX_ROWS, 1, OwnerRepository.MAX_ROWS);
        List<Object> found = new ArrayList<>();
        tags.list(query.text("after"), rows).forEach(tag -> found.add(json(tag)));
        return Answers.ok(found);
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        String name = Body.of(request).needText("name");
        tags.delete(List.of(name));
        return Answers.ok(Map.of("message", "Tag " + name + " deleted successfully"));
    }

    private AdminResponse block(AdminRequest request, boolean blocked) {
        return Answers.ok(json(tags.block(Body.of(request).needText("name"), blocked)));
    }

    private AdminResponse done(String name, String what, OwnerRecord tag, Body body) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("message", "Tag " + name + ' ' + what + " successfully");
        answer.put("tag", json(tag));
        if (!body.ignored().isEmpty()) {
            answer.put("ignored_fields", body.ignored());
        }
        return Answers.ok(answer);
    }

    private Map<String, @Nullable Object> json(OwnerRecord tag) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("name", tag.id());
        out.put("blocked", tag.blocked());
        out.put("spend", SpentJson.of(spending, books.clock(), Dimension.TAG, tag));
        AccountFields.write(tag.terms(), out);
        out.putIfAbsent("description", null);
        out.put("litellm_budget_table", SpentJson.budgetTable(books, tag));
        out.put("created_at", Times.text(tag.stamp().createdAt()));
        out.put("updated_at", Times.text(tag.stamp().updatedAt()));
        return out;
    }
}
