package io.sluice.transport.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the management of the gateway can be asked for.
 *
 * @param method in upper case
 * @param path segments separated by slashes; a segment {@code {name}} stands for any one
 * @param summary a few words for the list of routes
 */
public record AdminRoute(
        String method, String path, Access access, String summary, AdminAction action) {

    /** The path's variables, or {@code null} where {@code requested} is another path. */
    @Nullable Map<String, String> match(String requested) {
        List<String> expected = segments(path);
        List<String> actual = segments(requested);
        if (expected.size() != actual.size()) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < expected.size(); i++) {
            String segment = expected.get(i);
            if (segment.startsWith("{")) {
                String value = decode(actual.get(i));
                if (value == null || value.isEmpty()) {
                    return null;
                }
                variables.put(segment.substring(1, segment.length() - 1), value);
            } else if (!segment.equals(actual.get(i))) {
                return null;
            }
        }
        return variables;
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    private static @Nullable String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
