package io.sluice.message;

import io.sluice.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation. Immutable.
 *
 * @param name who speaks, where several share a role, or {@code null}
 */
public record Message(Role role, List<Part> parts, @Nullable JsonText name) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        DEVELOPER,
        USER,
        ASSISTANT,
        /** A tool, whose results are its parts. */
        TOOL;

        /** Whether what it says are orders, not conversation. */
        public boolean isInstruction() {
            return this == SYSTEM || this == DEVELOPER;
        }
    }
}
