package io.sluice.transport.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.store.StoreException;
import io.sluice.transport.admin.Access;
import io.sluice.transport.admin.AdminAction;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What routes of the management have in common. */
final class Answers {

    private static final String JSON = "application/json";

    private Answers() {}

    /** A route for the administrator, whose failures in the database are told as they should be. */
    static AdminRoute route(String method, String path, String summary, AdminAction action) {
        return new AdminRoute(
                method,
                path,
                Access.ADMIN,
                summary,
                (request, variables) -> {
                    try {
                        return action.answer(request, variables);
                    } catch (StoreException e) {
                        throw told(e);
                    }
                });
    }

    /** A JSON answer, with a line feed at the end for people at a terminal. */
    static AdminResponse ok(@Nullable Object value) {
        return of(200, value);
    }

    static AdminResponse of(int status, @Nullable Object value) {
        return new AdminResponse(
                status, JSON, Map.of(), (JsonTree.text(value) + '\n').getBytes(UTF_8));
    }

    /** An answer that has nothing to say. */
    static AdminResponse empty() {
        return new AdminResponse(204, JSON, Map.of(), new byte[0]);
    }

    static GatewayException notFound(String kind, String id) {
        return new GatewayException(ErrorCode.NOT_FOUND, "there is no " + kind + " " + id);
    }

    private static GatewayException told(StoreException e) {
        return switch (e.reason()) {
            case CONFLICT ->
                    new GatewayException(
                            ErrorCode.ALREADY_EXISTS,
                            "the name or the id is taken, or somebody else changed it just now");
            case UNAVAILABLE ->
                    new GatewayException(
                            ErrorCode.DATABASE_UNAVAILABLE, "the database is away; try again");
            case TIMED_OUT ->
                    new GatewayException(
                            ErrorCode.DATABASE_UNAVAILABLE,
                            "the database took too long; ask for a shorter time");
            case SCHEMA, FAILED -> throw e;
        };
    }
}
