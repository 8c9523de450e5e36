package io.sluice.message;

import io.sluice.json.JsonText;
import java.util.List;

/**
 * Whether the model must call a tool. Immutable.
 *
 * @param names the only tools that it may call; empty for all
 */
public record ToolChoice(Mode mode, List<JsonText> names) {

    /** How free it is. */
    public enum Mode {
        AUTO,
        NONE,
        /** At least one of them. */
        REQUIRED
    }
}
