package io.sluice.config;

/**
 * One value that counts, with where it came from.
 *
 * @param path such as {@code keys[0].alias}
 * @param text as it would stand in a file; {@code ***} for a secret
 * @param origin {@code file:line}, the variable or flag, or {@code default}
 * @param isUsed whether this version acts on it
 * @param exact the same without a mask, to compare it with
 */
public record EffectiveValue(
        String path, String text, String origin, boolean isUsed, Secret exact) {

    EffectiveValue(String path, String text, String origin, boolean isUsed) {
        this(path, text, origin, isUsed, Secret.of(text));
    }
}
