package io.sluice.transport.management;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.CallRow;
import io.sluice.store.Dimension;
import io.sluice.store.KeyRecord;
import io.sluice.store.SpendRepository;
import io.sluice.store.SpendRepository.Detail;
import io.sluice.store.SpendSum;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was spent, by whom and on what. Amounts are dollars; every answer has at most a thousand
 * rows.
 */
public final class SpendRoutes {

    private static final int TOP = 10;
    private static final int LOGS = 100;
    private static final int ALL = SpendRepository.MAX_ROWS;

    private final Books books;
    private final SpendRepository spend;
    private final KeyLookup lookup;

    public SpendRoutes(Books books, SpendRepository spend) {
        this.books = books;
        this.spend = spend;
        this.lookup = new KeyLookup(books);
    }

    public List<AdminRoute> routes() {
        return List.of(
                get("/spend/keys", "spend of keys: ?key=", this::keys),
                get("/spend/users", "spend of users: ?user=", this::users),
                get("/spend/teams", "spend by team", r -> rows(r, Dimension.TEAM, "team_id")),
                get("/spend/tags", "spend by tag", r -> rows(r, Dimension.TAG, "tag")),
                get("/spend/models", "spend by model", r -> rows(r, Dimension.MODEL, "model")),
                get(
                        "/spend/end_users",
                        "spend by end user",
                        r -> rows(r, Dimension.END_USER, "end_user")),
                get("/spend/analytics", "spend by ?group_by=", r -> groups(r, ALL)),
                get(
                        "/spend/top",
                        "the most spend by ?group_by=",
                        r -> groups(r, Query.of(r).number("n", TOP, 1, ALL))),
                get("/spend/trend", "spend by day", this::days),
                get("/spend/logs", "calls, newest first", this::logs),
                get("/global/spend", "all spend", this::total),
                get(
                        "/global/spend/keys",
                        "by day and key",
                        r -> byDay(r, Dimension.KEY, "api_key")),
                get(
                        "/global/spend/models",
                        "by day and model",
                        r -> byDay(r, Dimension.MODEL, "model")),
                get(
                        "/global/spend/teams",
                        "by day and team",
                        r -> byDay(r, Dimension.TEAM, "team_id")),
                get("/global/spend/tags", "by day and tag", r -> byDay(r, Dimension.TAG, "tag")),
                get(
                        "/global/spend/provider",
                        "by provider",
                        r -> rows(r, Dimension.PROVIDER, "provider")),
                get("/global/spend/report", "by day and ?group_by=", this::report),
                get("/global/activity", "calls by day", this::activity),
                get("/global/activity/model", "calls by day and model", this::activityByModel),
                get("/global/activity/cache_hits", "cache hits by day", this::cacheHits));
    }

    @FunctionalInterface
    private interface Question {
        AdminResponse answer(AdminRequest request);
    }

    private static AdminRoute get(String path, String summary, Question question) {
        return Answers.route("GET", path, summary, (request, _) -> question.answer(request));
    }

    private AdminResponse keys(AdminRequest request) {
        Query query = Query.of(request);
        query.needText("key");
        List<String> ids = new ArrayList<>();
        for (String name : query.texts("key")) {
            KeyRecord key = lookup.find(name);
            ids.add(key == null ? name : key.id());
        }
        return Answers.ok(
                sums(request, Dimension.KEY, ids, Set.of(), ALL).stream()
                        .map(sum -> row("api_key", sum))
                        .toList());
    }

    private AdminResponse users(AdminRequest request) {
        Query query = Query.of(request);
        query.needText("user");
        return Answers.ok(
                sums(request, Dimension.USER, query.texts("user"), Set.of(), ALL).stream()
                        .map(sum -> row("user", sum))
                        .toList());
    }

    private AdminResponse rows(AdminRequest request, Dimension dimension, String name) {
        return Answers.ok(
                sums(request, dimension, List.of(), Set.of(), ALL).stream()
                        .filter(sum -> !sum.id().isEmpty())
                        .map(sum -> row(name, sum))
                        .toList());
    }

    private AdminResponse groups(AdminRequest request, int rows) {
        Dimension dimension = dimension(Query.of(request).needText("group_by"));
        List<Sum> sums = sums(request, dimension, List.of(), Set.of(), rows);
        Map<String, String> aliases =
                dimension == Dimension.KEY
                        ? books.keys().aliases(sums.stream().map(Sum::id).toList())
                        : Map.of();
        List<Object> groups = new ArrayList<>();
        BigInteger total = BigInteger.ZERO;
        for (Sum sum : sums) {
            Map<String, @Nullable Object> group = new LinkedHashMap<>();
            group.put("name", sum.id());
            if (dimension == Dimension.KEY) {
                group.put("alias", aliases.get(sum.id()));
            }
            group.put("spend", Money.units(sum.picos()));
            group.put("count", sum.requests());
            group.put("tokens", sum.tokens());
            groups.add(group);
            total = total.add(sum.picos());
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("Groups", groups);
        answer.put("Total", Money.units(total));
        return Answers.ok(answer);
    }

    private AdminResponse days(AdminRequest request) {
        List<Object> days = new ArrayList<>();
        for (Sum sum : sumsByDay(request, Dimension.GATEWAY)) {
            Map<String, @Nullable Object> day = new LinkedHashMap<>();
            day.put("date", SpendRange.text(sum.day()));
            write(sum, day);
            days.add(day);
        }
        return Answers.ok(days);
    }

    private AdminResponse byDay(AdminRequest request, Dimension dimension, String name) {
        List<Object> days = new ArrayList<>();
        for (Sum sum : sumsByDay(request, dimension)) {
            Map<String, @Nullable Object> day = new LinkedHashMap<>();
            day.put("date", SpendRange.text(sum.day()));
            day.put(name, sum.id());
            write(sum, day);
            days.add(day);
        }
        return Answers.ok(days);
    }

    private AdminResponse report(AdminRequest request) {
        String asked = Query.of(request).text("group_by");
        Dimension dimension =
                switch (asked) {
                    case null -> Dimension.TEAM;
                    case "team" -> Dimension.TEAM;
                    case "customer" -> Dimension.END_USER;
                    case "key", "api_key" -> Dimension.KEY;
                    default ->
                            throw new GatewayException(
                                    ErrorCode.INVALID_PARAMETER,
                                    "group_by must be team, customer or key",
                                    "group_by");
                };
        List<Object> rows = new ArrayList<>();
        for (Sum sum : sumsByDay(request, dimension)) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("group_key", sum.id());
            row.put("date", SpendRange.text(sum.day()));
            row.put("total_spend", Money.units(sum.picos()));
            row.put("request_count", sum.requests());
            rows.add(row);
        }
        return Answers.ok(rows);
    }

    private AdminResponse total(AdminRequest request) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        List<Sum> sums = sums(request, Dimension.GATEWAY, List.of(), Set.of(), ALL);
        write(sums.isEmpty() ? Sum.none() : sums.getFirst(), answer);
        return Answers.ok(answer);
    }

    private AdminResponse activity(AdminRequest request) {
        List<Object> days = new ArrayList<>();
        long requests = 0;
        long tokens = 0;
        for (Sum sum : sumsByDay(request, Dimension.GATEWAY)) {
            days.add(activityRow(sum));
            requests += sum.requests();
            tokens += sum.tokens();
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("daily_data", days);
        answer.put("sum_api_requests", requests);
        answer.put("sum_total_tokens", tokens);
        return Answers.ok(answer);
    }

    private AdminResponse activityByModel(AdminRequest request) {
        List<Object> days = new ArrayList<>();
        for (Sum sum : sumsByDay(request, Dimension.MODEL)) {
            Map<String, @Nullable Object> day = activityRow(sum);
            day.put("model", sum.id());
            days.add(day);
        }
        return Answers.ok(days);
    }

    private AdminResponse cacheHits(AdminRequest request) {
        List<Object> days = new ArrayList<>();
        for (Sum sum : sumsByDay(request, Dimension.GATEWAY)) {
            Map<String, @Nullable Object> day = new LinkedHashMap<>();
            day.put("date", SpendRange.text(sum.day()));
            day.put("cache_hits", sum.cacheHits());
            day.put("api_requests", sum.requests());
            days.add(day);
        }
        return Answers.ok(days);
    }

    private AdminResponse logs(AdminRequest request) {
        Query query = Query.of(request);
        SpendRange range = SpendRange.of(query, books.clock().instant());
        int limit = query.number("limit", LOGS, 1, ALL);
        int offset = query.number("offset", 0, 0, ALL * 10);
        String key = query.text("key");
        KeyRecord found = key == null ? null : lookup.find(key);
        SpendRepository.Filter filter =
                new SpendRepository.Filter(
                        range.from(),
                        range.to(),
                        found == null ? key : found.id(),
                        query.text("team", "team_id"),
                        query.text("user", "user_id"),
                        query.text("model"));
        CallRow.Place before = place(query.text("before"));
        int skip = offset;
        while (skip > 0) {
            List<CallRow> skipped = spend.calls(filter, before, Math.min(skip, ALL));
            if (skipped.isEmpty()) {
                return Answers.ok(List.of());
            }
            skip -= skipped.size();
            before = skipped.getLast().place();
        }
        List<CallRow> calls = spend.calls(filter, before, limit);
        AdminResponse response = Answers.ok(calls.stream().map(SpendRoutes::call).toList());
        return calls.size() < limit
                ? response
                : response.withHeader("x-sluice-next", text(calls.getLast().place()));
    }

    private static Map<String, @Nullable Object> call(CallRow call) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("request_id", call.requestId());
        row.put("starttime", Times.text(Instant.ofEpochMilli(call.place().admittedMillis())));
        row.put("endtime", Times.text(Instant.ofEpochMilli(call.endedMillis())));
        row.put("api_key", call.keyId());
        row.put("key_alias", call.keyAlias());
        row.put("model", call.modelAsked() == null ? call.modelSent() : call.modelAsked());
        row.put("model_group", call.modelGroup());
        row.put(
                "spend",
                call.dollarPicos() < 0
                        ? null
                        : Money.units(BigInteger.valueOf(call.dollarPicos())));
        row.put("total_tokens", call.inputTokens() + call.outputTokens());
        row.put("prompt_tokens", call.inputTokens());
        row.put("completion_tokens", call.outputTokens());
        row.put("team_id", call.teamId());
        row.put("user", call.userId());
        row.put("end_user", call.endUser());
        row.put("status", call.status());
        row.put("outcome", call.outcome());
        row.put("attempt", call.place().attempt());
        return row;
    }

    private static String text(CallRow.Place place) {
        return place.admittedMillis() + "." + place.callId() + "." + place.attempt();
    }

    private static CallRow.@Nullable Place place(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split("\\.", -1);
        try {
            if (parts.length == 3) {
                return new CallRow.Place(
                        Long.parseLong(parts[0]),
                        UUID.fromString(parts[1]),
                        Integer.parseInt(parts[2]));
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        throw new GatewayException(
                ErrorCode.INVALID_PARAMETER,
                "before must be the x-sluice-next of the page before",
                "before");
    }

    private static Map<String, @Nullable Object> activityRow(Sum sum) {
        Map<String, @Nullable Object> day = new LinkedHashMap<>();
        day.put("date", SpendRange.text(sum.day()));
        day.put("api_requests", sum.requests());
        day.put("total_tokens", sum.tokens());
        return day;
    }

    private static Map<String, @Nullable Object> row(String name, Sum sum) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put(name, sum.id());
        write(sum, row);
        return row;
    }

    private static void write(Sum sum, Map<String, @Nullable Object> row) {
        row.put("total_spend", Money.units(sum.picos()));
        row.put("total_tokens", sum.tokens());
        row.put("request_count", sum.requests());
    }

    private static Dimension dimension(String groupBy) {
        return switch (groupBy) {
            case "team" -> Dimension.TEAM;
            case "tag" -> Dimension.TAG;
            case "model" -> Dimension.MODEL;
            case "user" -> Dimension.USER;
            case "key" -> Dimension.KEY;
            default ->
                    throw new GatewayException(
                            ErrorCode.INVALID_PARAMETER,
                            "group_by must be team, tag, model, user or key",
                            "group_by");
        };
    }

    private List<Sum> sumsByDay(AdminRequest request, Dimension dimension) {
        List<Sum> sums =
                new ArrayList<>(sums(request, dimension, List.of(), Set.of(Detail.DAY), ALL));
        sums.removeIf(sum -> dimension != Dimension.GATEWAY && sum.id().isEmpty());
        sums.sort(java.util.Comparator.comparingLong(Sum::day));
        return sums;
    }

    /** Sums over currencies, the dearest first. */
    private List<Sum> sums(
            AdminRequest request,
            Dimension dimension,
            List<String> ids,
            Set<Detail> details,
            int rows) {
        SpendRange range = SpendRange.of(Query.of(request), books.clock().instant());
        Map<String, Sum> merged = new LinkedHashMap<>();
        for (SpendSum sum :
                spend.sums(dimension, ids, range.fromDay(), range.toDay(), details, ALL)) {
            merged.merge(sum.day() + " " + sum.id(), Sum.of(sum), Sum::plus);
        }
        return merged.values().stream()
                .sorted(java.util.Comparator.comparing(Sum::picos).reversed())
                .limit(rows)
                .toList();
    }

    /**
     * What was used and spent, in all currencies together.
     *
     * @param picos in 10^-12 dollars
     */
    private record Sum(
            String id, long day, long requests, long cacheHits, long tokens, BigInteger picos) {

        static Sum none() {
            return new Sum("", 0, 0, 0, 0, BigInteger.ZERO);
        }

        static Sum of(SpendSum sum) {
            return new Sum(
                    sum.id(),
                    sum.day(),
                    sum.requests(),
                    sum.cacheHits(),
                    sum.inputTokens() + sum.outputTokens(),
                    sum.dollarPicos());
        }

        Sum plus(Sum other) {
            return new Sum(
                    id,
                    day,
                    requests + other.requests,
                    cacheHits + other.cacheHits,
                    tokens + other.tokens,
                    picos.add(other.picos));
        }
    }
}
