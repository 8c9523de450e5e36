package io.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.Secret;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is, read from its URL. Immutable; shows no password.
 *
 * @param jdbcUrl without user, password and parameters
 * @param properties the URL's parameters by the driver's names
 */
record DatabaseAddress(
        String jdbcUrl,
        @Nullable String user,
        @Nullable Secret password,
        Map<String, String> properties) {

    private static final String JDBC = "jdbc:";
    private static final String DEFAULT_PORT = "5432";

    /** What other programs call a parameter, and what the driver does. */
    private static final Map<String, String> RENAMED =
            Map.of(
                    "application_name", "ApplicationName",
                    "connect_timeout", "connectTimeout",
                    "schema", "currentSchema",
                    "target_session_attrs", "targetServerType");

    /** Parameters for another program's pool. */
    private static final Set<String> IGNORED =
            Set.of("connection_limit", "pool_timeout", "pgbouncer", "statement_cache_size");

    DatabaseAddress {
        properties = Map.copyOf(properties);
    }

    /**
     * Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql://}.
     *
     * @throws IllegalArgumentException if it is none of these; the message does not repeat the URL
     */
    static DatabaseAddress parse(String url) {
        String rest = url.strip();
        if (rest.startsWith(JDBC)) {
            rest = rest.substring(JDBC.length());
        }
        int scheme = rest.indexOf("://");
        boolean isPostgres =
                scheme > 0 && Set.of("postgres", "postgresql").contains(rest.substring(0, scheme));
        if (!isPostgres) {
            throw new IllegalArgumentException(
                    "database.url must begin with postgresql://; without one, keys and records are"
                            + " kept in a file in state_dir");
        }
        rest = rest.substring(scheme + 3);
        Map<String, String> properties = new TreeMap<>();
        int query = rest.indexOf('?');
        if (query >= 0) {
            readQuery(rest.substring(query + 1), properties);
            rest = rest.substring(0, query);
        }
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String name = slash < 0 ? "" : rest.substring(slash + 1);
        int at = authority.lastIndexOf('@');
        String hosts = authority.substring(at + 1);
        String user = properties.remove("user");
        String password = properties.remove("password");
        if (at >= 0) {
            String credentials = authority.substring(0, at);
            int colon = credentials.indexOf(':');
            user = decoded(colon < 0 ? credentials : credentials.substring(0, colon));
            password = colon < 0 ? password : decoded(credentials.substring(colon + 1));
        }
        if (name.isEmpty()) {
            name = user == null ? "postgres" : user;
        }
        return new DatabaseAddress(
                "jdbc:postgresql://" + (hosts.isEmpty() ? "localhost" : hosts) + "/" + name,
                user,
                password == null ? null : Secret.of(password),
                properties);
    }

    /** Host, port and name, for people. */
    String describe() {
        String place = jdbcUrl.substring("jdbc:postgresql://".length());
        int slash = place.indexOf('/');
        String host = place.substring(0, slash);
        boolean hasPort = host.lastIndexOf(':') > host.lastIndexOf(']');
        return "PostgreSQL at "
                + (hasPort ? host : host + ":" + DEFAULT_PORT)
                + place.substring(slash);
    }

    private static void readQuery(String query, Map<String, String> properties) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = decoded(pair.substring(0, equals));
                if (!IGNORED.contains(name)) {
                    properties.put(
                            RENAMED.getOrDefault(name, name), decoded(pair.substring(equals + 1)));
                }
            }
        }
    }

    /** Percent signs decoded; a plus is a plus, as in every password. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
