package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * One value that one configuration says differently from another.
 *
 * @param path such as {@code keys[ci].models}; elements that have a name are told apart by it
 * @param before {@code null} where it was not there; {@code ***} for a secret
 * @param after {@code null} where it is not there any more; {@code ***} for a secret
 */
public record SettingsChange(String path, @Nullable String before, @Nullable String after) {

    /** The change in one line. */
    public String render() {
        if (before == null) {
            return "+ " + path + ": " + after;
        }
        return after == null ? "- " + path + ": " + before : "~ " + path + ": " + how();
    }

    private String how() {
        String old = String.valueOf(before);
        return old.equals(after) ? after + " (another one)" : old + " -> " + after;
    }
}
