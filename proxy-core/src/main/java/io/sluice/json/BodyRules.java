package io.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the top level of a JSON object that hold for every body of a provider: fields under
 * another name, fields that it does not take, numbers that it wants within bounds, fields that it
 * wants beside what was asked. Immutable.
 *
 * <p>One pass; the values are copied as they stand.
 *
 * @param renames the provider's names by the usual ones; where a body has both, its own counts
 * @param drops fields that are left out
 * @param bounds numbers are moved to the nearest bound
 * @param additions JSON values by name, in place of what the body has under that name
 * @param only the fields that are kept, by their usual names; empty for all
 */
public record BodyRules(
        Map<String, String> renames,
        Set<String> drops,
        Map<String, Bounds> bounds,
        Map<String, String> additions,
        Set<String> only) {

    /** No changes. */
    public static final BodyRules NONE = new BodyRules(Map.of(), Set.of(), Map.of(), Map.of());

    /**
     * What a number must lie between.
     *
     * @param least {@code null} for no bound
     * @param most {@code null} for no bound
     */
    public record Bounds(@Nullable BigDecimal least, @Nullable BigDecimal most) {

        private @Nullable BigDecimal nearest(BigDecimal value) {
            if (least != null && value.compareTo(least) < 0) {
                return least;
            }
            return most != null && value.compareTo(most) > 0 ? most : null;
        }
    }

    public BodyRules {
        renames = Map.copyOf(renames);
        drops = Set.copyOf(drops);
        bounds = Map.copyOf(bounds);
        additions = Map.copyOf(additions);
        only = Set.copyOf(only);
    }

    /** Changes that keep all fields but those that are dropped. */
    public BodyRules(
            Map<String, String> renames,
            Set<String> drops,
            Map<String, Bounds> bounds,
            Map<String, String> additions) {
        this(renames, drops, bounds, additions, Set.of());
    }

    public boolean isEmpty() {
        return only.isEmpty()
                && renames.isEmpty()
                && drops.isEmpty()
                && bounds.isEmpty()
                && additions.isEmpty();
    }

    /** These and those of {@code other}, which count where both say something. */
    public BodyRules and(BodyRules other) {
        return new BodyRules(
                joined(renames, other.renames),
                java.util.stream.Stream.concat(drops.stream(), other.drops.stream())
                        .collect(java.util.stream.Collectors.toSet()),
                joined(bounds, other.bounds),
                joined(additions, other.additions),
                other.only.isEmpty() ? only : other.only);
    }

    private static <T> Map<String, T> joined(Map<String, T> first, Map<String, T> second) {
        Map<String, T> both = new java.util.TreeMap<>(first);
        both.putAll(second);
        return both;
    }

    /**
     * Writes the changed body.
     *
     * @param body borrowed: a whole JSON object; its indices do not move
     * @param out borrowed
     * @throws MalformedJsonException if it is none
     */
    public void write(ByteBuf body, ByteBuf out) {
        byte[] bytes = new byte[body.readableBytes()];
        body.getBytes(body.readerIndex(), bytes);
        List<String> own = names(bytes);
        JsonCursor from = new JsonCursor().on(bytes, 0, bytes.length);
        JsonWriter to = new JsonWriter(out).beginObject();
        additions.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(field -> to.anyName(field.getKey()).json(JsonText.json(field.getValue())));
        from.beginObject();
        while (from.nextField()) {
            String said = from.name();
            String renamed = renames.get(said);
            boolean isLeft =
                    drops.contains(said)
                            || (!only.isEmpty() && !only.contains(said))
                            || additions.containsKey(said)
                            || (renamed != null && own.contains(renamed));
            if (isLeft) {
                from.skip();
            } else {
                String name = renamed == null ? said : renamed;
                to.anyName(name).json(bounded(name, from.value()));
            }
        }
        to.endObject();
    }

    private List<String> names(byte[] bytes) {
        List<String> names = new java.util.ArrayList<>();
        if (!renames.isEmpty()) {
            JsonCursor json = new JsonCursor().on(bytes, 0, bytes.length);
            json.beginObject();
            while (json.nextField()) {
                names.add(json.name());
                json.skip();
            }
        }
        return names;
    }

    private JsonText bounded(String name, JsonText value) {
        Bounds limits = bounds.get(name);
        if (limits == null || value.isEmpty()) {
            return value;
        }
        byte first = value.bytes()[value.from()];
        if ((first != '-' && (first < '0' || first > '9')) || value.length() > 64) {
            return value;
        }
        BigDecimal nearest =
                limits.nearest(
                        new BigDecimal(
                                new String(value.bytes(), value.from(), value.length(), UTF_8)));
        return nearest == null ? value : JsonText.json(nearest.toPlainString());
    }
}
