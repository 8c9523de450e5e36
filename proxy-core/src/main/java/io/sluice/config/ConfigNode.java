package io.sluice.config;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A piece of configuration as it was written, with its place. Immutable. */
sealed interface ConfigNode {

    Place place();

    /** How many nodes a walk meets, each alias followed. */
    long weight();

    /** What it is called in messages. */
    String kind();

    /**
     * A single value.
     *
     * @param plain whether it was written without quotes, so that it may be a number or null
     */
    record Scalar(String text, boolean plain, Place place) implements ConfigNode {

        boolean isNull() {
            return plain
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        @Override
        public long weight() {
            return 1;
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : "a single value";
        }
    }

    /** Values in order. */
    record Sequence(List<ConfigNode> items, Place place, long weight) implements ConfigNode {

        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * Values by key.
     *
     * @param overridden members that a later one of the same key has replaced
     */
    record Mapping(
            SequencedMap<String, Member> members, List<Member> overridden, Place place, long weight)
            implements ConfigNode {

        @Nullable ConfigNode find(String key) {
            Member member = members.get(key);
            return member == null ? null : member.value();
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** A key and its value. */
    record Member(String key, Place keyPlace, ConfigNode value) {}
}
