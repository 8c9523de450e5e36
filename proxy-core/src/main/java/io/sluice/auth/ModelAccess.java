package io.sluice.auth;

import io.sluice.message.NamePattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The models a key may use: names, patterns with {@code *}, access groups. Immutable. */
public final class ModelAccess {

    /** Every model. */
    public static final ModelAccess ALL = new ModelAccess(List.of());

    private final Set<String> names = new HashSet<>();
    private final List<NamePattern> patterns = new ArrayList<>();
    private final boolean all;

    private ModelAccess(List<String> entries) {
        boolean everything = entries.isEmpty();
        for (String entry : entries) {
            if (entry.equals("*") || entry.equals("all-proxy-models")) {
                everything = true;
            } else if (entry.indexOf('*') >= 0) {
                patterns.add(NamePattern.of(entry));
            } else {
                names.add(entry);
            }
        }
        all = everything;
    }

    /** Access to what the entries name; to everything if there are none. */
    public static ModelAccess of(List<String> entries) {
        return entries.isEmpty() ? ALL : new ModelAccess(entries);
    }

    /** Whether a model of that name, in those access groups, may be used. */
    public boolean allows(String model, List<String> groups) {
        return all || names.contains(model) || matchesPattern(model) || isInGroup(groups);
    }

    private boolean matchesPattern(String model) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matches(model)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInGroup(List<String> groups) {
        for (int i = 0; i < groups.size(); i++) {
            if (names.contains(groups.get(i))) {
                return true;
            }
        }
        return false;
    }
}
