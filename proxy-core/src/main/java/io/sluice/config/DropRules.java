package io.sluice.config;

import java.util.Set;

/**
 * What becomes of a caller's fields that a target of another dialect has no place for.
 *
 * @param dropParams whether they are left out, with a warning; else the call is refused
 * @param additional fields that are left out of every call that is translated
 */
public record DropRules(boolean dropParams, Set<String> additional) {

    /** Nothing is left out. */
    public static final DropRules NONE = new DropRules(false, Set.of());

    public DropRules {
        additional = Set.copyOf(additional);
    }
}
