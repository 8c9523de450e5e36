package io.sluice.routing;

import io.sluice.message.Dialect;
import io.sluice.message.NamePattern;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A model name and the targets behind it. Immutable. */
public final class Route {

    /** The most targets one model name may have. */
    public static final int MAX_TARGETS = 64;

    private final NamePattern name;
    private final List<Target> targets;
    private final List<String> accessGroups;
    private final Map<Dialect, List<Target>> byDialect = new EnumMap<>(Dialect.class);

    /**
     * A route.
     *
     * @param name what callers write; may hold {@code *}
     * @param accessGroups names under which a key may be allowed this model
     */
    public Route(NamePattern name, List<Target> targets, List<String> accessGroups) {
        this.name = name;
        this.targets = List.copyOf(targets);
        this.accessGroups = List.copyOf(accessGroups);
        for (Dialect dialect : Dialect.values()) {
            byDialect.put(dialect, targets.stream().map(target -> target.in(dialect)).toList());
        }
    }

    public NamePattern name() {
        return name;
    }

    /** Its targets, each in the preferred dialect of its provider. */
    public List<Target> targets() {
        return targets;
    }

    /** Its targets as calls of {@code dialect} meet them: in that dialect where they speak it. */
    public List<Target> targets(Dialect dialect) {
        return byDialect.getOrDefault(dialect, targets);
    }

    public List<String> accessGroups() {
        return accessGroups;
    }
}
