package io.sluice.auth;

import io.sluice.message.NamePattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models a key may use: names, patterns with {@code *}, access groups. Immutable. */
public final class ModelAccess {

    /** Every model. */
    public static final ModelAccess ALL = new ModelAccess(List.of(), null);

    private final Set<String> names = new HashSet<>();
    private final List<NamePattern> patterns = new ArrayList<>();
    private final boolean all;
    private final @Nullable ModelAccess outer;

    private ModelAccess(List<String> entries, @Nullable ModelAccess outer) {
        this.outer = outer;
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

    private ModelAccess(ModelAccess inner, ModelAccess other) {
        names.addAll(inner.names);
        patterns.addAll(inner.patterns);
        all = inner.all;
        outer = inner.outer == null ? other : inner.outer.within(other);
    }

    /** Access to what the entries name; to everything if there are none. */
    public static ModelAccess of(List<String> entries) {
        return entries.isEmpty() ? ALL : new ModelAccess(entries, null);
    }

    /** Access to what this and {@code other} both allow. */
    public ModelAccess within(ModelAccess other) {
        if (other.isAll()) {
            return this;
        }
        return isAll() ? other : new ModelAccess(this, other);
    }

    private boolean isAll() {
        return all && outer == null;
    }

    /** Whether a model of that name, in those access groups, may be used. */
    public boolean allows(String model, List<String> groups) {
        boolean isAllowed =
                all || names.contains(model) || matchesPattern(model) || isInGroup(groups);
        return isAllowed && (outer == null || outer.allows(model, groups));
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
