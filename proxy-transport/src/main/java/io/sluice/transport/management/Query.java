package io.sluice.transport.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.transport.admin.AdminRequest;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters behind a request's question mark. Immutable. */
final class Query {

    private final Map<String, List<String>> values = new HashMap<>();

    private Query(String query) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!name.isEmpty() && !value.isEmpty()) {
                values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
    }

    static Query of(AdminRequest request) {
        return new Query(request.query());
    }

    /** The first value of the first of these names that has one. */
    @Nullable String text(String... names) {
        for (String name : names) {
            List<String> found = values.get(name);
            if (found != null) {
                return found.getFirst();
            }
        }
        return null;
    }

    /**
     * The first value of the first of these names that has one; there must be one.
     *
     * @throws GatewayException if there is none
     */
    String needText(String... names) {
        String text = text(names);
        if (text == null) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER,
                    "the parameter " + names[0] + " is missing",
                    names[0]);
        }
        return text;
    }

    /** All values of {@code name}. */
    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * A whole number within bounds.
     *
     * @throws GatewayException if it is none, or out of them
     */
    int number(String name, int fallback, int least, int most) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, with what would be right.
        }
        throw new GatewayException(
                ErrorCode.INVALID_PARAMETER,
                "the parameter %s must be a whole number from %d to %d"
                        .formatted(name, least, most),
                name);
    }

    boolean isTrue(String name) {
        String text = text(name);
        return text != null && (text.equalsIgnoreCase("true") || text.equals("1"));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException _) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "the query is not percent-encoded as it should be");
        }
    }
}
