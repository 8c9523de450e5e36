package io.sluice.transport.management;

import io.sluice.store.Dimension;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.OwnerRepository;
import io.sluice.transport.admin.AdminAction;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * End-users, whom callers act for: what each may use and spend, and whether it is blocked. Under
 * both names that LiteLLM has for them.
 */
public final class EndUserRoutes {

    private final Books books;
    private final Spending spending;
    private final NamedAccounts endUsers;

    public EndUserRoutes(Books books, Spending spending) {
        this.books = books;
        this.spending = spending;
        this.endUsers = new NamedAccounts(books, OwnerKind.END_USER, "end-user");
    }

    public List<AdminRoute> routes() {
        List<AdminRoute> routes = new ArrayList<>();
        for (String name : List.of("/customer/", "/end_user/")) {
            routes.add(route("POST", name + "new", "makes an end-user", this::create));
            routes.add(route("GET", name + "info", "one: ?end_user_id=", this::show));
            routes.add(route("GET", name + "list", "end-users, by pages", this::list));
            routes.add(route("POST", name + "update", "changes an end-user", this::update));
            routes.add(route("POST", name + "delete", "removes some: {user_ids}", this::delete));
            routes.add(
                    route("POST", name + "block", "refuses their calls", (r, _) -> block(r, true)));
            routes.add(
                    route("POST", name + "unblock", "takes them again", (r, _) -> block(r, false)));
        }
        return routes;
    }

    private static AdminRoute route(
            String method, String path, String summary, AdminAction action) {
        return Answers.route(method, path, summary, action);
    }

    private AdminResponse create(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        return shown(endUsers.create(body.needText("user_id"), body), body);
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        return shown(endUsers.update(body.needText("user_id"), body), body);
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        String id = Query.of(request).needText("end_user_id", "user_id");
        return Answers.ok(json(endUsers.need(id)));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int rows = query.number("size", OwnerRepository.MAX_ROWS, 1, OwnerRepository.MAX_ROWS);
        return Answers.ok(
                endUsers.list(query.text("after"), rows).stream().map(this::json).toList());
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        List<String> ids = Body.of(request).needTexts("user_ids");
        endUsers.delete(ids);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("deleted_customers", ids.size());
        answer.put("message", "deleted " + ids.size());
        return Answers.ok(answer);
    }

    private AdminResponse block(AdminRequest request, boolean blocked) {
        List<Object> changed = new ArrayList<>();
        for (String id : Body.of(request).needTexts("user_ids")) {
            changed.add(json(endUsers.block(id, blocked)));
        }
        return Answers.ok(Map.of(blocked ? "blocked_users" : "unblocked_users", changed));
    }

    private AdminResponse shown(OwnerRecord endUser, Body body) {
        Map<String, @Nullable Object> answer = json(endUser);
        if (!body.ignored().isEmpty()) {
            answer.put("ignored_fields", body.ignored());
        }
        return Answers.ok(answer);
    }

    private Map<String, @Nullable Object> json(OwnerRecord endUser) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("user_id", endUser.id());
        out.put("alias", endUser.alias());
        out.put("blocked", endUser.blocked());
        out.put("spend", SpentJson.of(spending, books.clock(), Dimension.END_USER, endUser));
        out.put("allowed_model_region", endUser.attributes().get("region"));
        out.put("default_model", endUser.attributes().get("default_model"));
        AccountFields.write(endUser.terms(), out);
        out.put("litellm_budget_table", SpentJson.budgetTable(books, endUser));
        return out;
    }
}
