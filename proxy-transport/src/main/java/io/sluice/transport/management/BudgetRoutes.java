package io.sluice.transport.management;

import io.sluice.config.AccountLimits;
import io.sluice.store.BudgetRecord;
import io.sluice.store.BudgetRepository;
import io.sluice.store.Stamp;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Budgets that keys and their owners may name. */
public final class BudgetRoutes {

    private static final String BY = "master";
    private static final int PAGE = 100;

    private final Books books;

    public BudgetRoutes(Books books) {
        this.books = books;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("POST", "/budget/new", "makes a budget", this::create),
                Answers.route("GET", "/budget/info", "one budget: ?budget_id=", this::show),
                Answers.route(
                        "POST", "/budget/info", "budgets: {budget_id|budgets}", this::showAll),
                Answers.route("POST", "/budget/update", "changes a budget", this::update),
                Answers.route("POST", "/budget/delete", "removes a budget", this::delete),
                Answers.route("GET", "/budget/list", "budgets, by pages", this::list),
                Answers.route("GET", "/budget/settings", "what a budget can say", this::settings));
    }

    private AdminResponse create(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String wanted = body.text("budget_id");
        var now = books.clock().instant();
        BudgetRecord bare =
                new BudgetRecord(
                        wanted == null || wanted.isBlank() ? books.newKeys().id() : wanted,
                        null,
                        null,
                        "{}",
                        AccountLimits.NONE,
                        "{}",
                        Stamp.of(now, BY));
        return shown(books.budgets().insert(apply(body, bare)), body);
    }

    private AdminResponse show(AdminRequest request, Map<String, String> names) {
        return Answers.ok(json(need(Query.of(request).needText("budget_id"))));
    }

    private AdminResponse showAll(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        if (body.has("budgets")) {
            return Answers.ok(
                    body.needTexts("budgets").stream().map(id -> json(need(id))).toList());
        }
        return Answers.ok(json(need(body.needText("budget_id"))));
    }

    private AdminResponse update(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        BudgetRecord now = need(body.needText("budget_id"));
        return shown(books.budgets().update(apply(body, now)), body);
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> names) {
        Body body = Body.of(request);
        String id = body.has("id") ? body.needText("id") : body.needText("budget_id");
        need(id);
        books.budgets().delete(id);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("status", "deleted");
        answer.put("budget_id", id);
        return Answers.ok(answer);
    }

    private AdminResponse list(AdminRequest request, Map<String, String> names) {
        Query query = Query.of(request);
        int size = query.number("size", PAGE, 1, BudgetRepository.MAX_ROWS);
        String after = query.text("after");
        List<BudgetRecord> found = books.budgets().list(after == null ? "" : after, size);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("budgets", found.stream().map(this::json).toList());
        answer.put("next", found.size() < size ? null : found.getLast().id());
        return Answers.ok(answer);
    }

    private AdminResponse settings(AdminRequest request, Map<String, String> names) {
        return Answers.ok(
                Map.of(
                        "budget_duration",
                        List.of("daily", "weekly", "monthly"),
                        "options",
                        List.of("daily", "weekly", "monthly"),
                        "budget_mode",
                        List.of("hard", "soft")));
    }

    private BudgetRecord need(String id) {
        BudgetRecord found = books.budgets().find(id);
        if (found == null) {
            throw Answers.notFound("budget", id);
        }
        return found;
    }

    private BudgetRecord apply(Body body, BudgetRecord now) {
        String metadata = body.has("metadata") ? body.objectText("metadata") : null;
        return new BudgetRecord(
                now.id(),
                body.has("budget_alias") ? body.text("budget_alias") : now.alias(),
                AccountFields.budget(body, now.terms()),
                AccountFields.modelBudgets(body, now.modelBudgets()),
                AccountFields.limits(body, now.limits()),
                metadata == null ? now.metadata() : metadata,
                now.stamp().changed(books.clock().instant(), BY));
    }

    private AdminResponse shown(BudgetRecord budget, Body body) {
        Map<String, @Nullable Object> answer = json(budget);
        if (!body.ignored().isEmpty()) {
            answer.put("ignored_fields", body.ignored());
        }
        return Answers.ok(answer);
    }

    private Map<String, @Nullable Object> json(BudgetRecord budget) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("budget_id", budget.id());
        out.put("budget_alias", budget.alias());
        AccountFields.write(budget.terms(), out);
        AccountFields.write(budget.limits(), out);
        out.put("model_max_budget", JsonTree.read(budget.modelBudgets()));
        out.put("metadata", JsonTree.read(budget.metadata()));
        out.put("budget_reset_at", AccountFields.resetAt(budget.terms(), books.clock().instant()));
        out.put("created_at", Times.text(budget.stamp().createdAt()));
        out.put("updated_at", Times.text(budget.stamp().updatedAt()));
        return out;
    }
}
