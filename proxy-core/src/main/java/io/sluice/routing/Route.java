package io.sluice.routing;

import io.sluice.message.NamePattern;
import java.util.List;

/**
 * A model name and the targets behind it. Immutable.
 *
 * @param name what callers write; may hold {@code *}
 * @param accessGroups names under which a key may be allowed this model
 */
public record Route(NamePattern name, List<Target> targets, List<String> accessGroups) {

    /** The most targets one model name may have. */
    public static final int MAX_TARGETS = 64;

    public Route {
        targets = List.copyOf(targets);
        accessGroups = List.copyOf(accessGroups);
    }
}
