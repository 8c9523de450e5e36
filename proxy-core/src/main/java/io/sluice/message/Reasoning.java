package io.sluice.message;

import org.jspecify.annotations.Nullable;

/**
 * How much a model is to think before it answers. Immutable.
 *
 * @param effort in a word, lower case: {@code none}, {@code minimal}, {@code low}, {@code medium},
 *     {@code high}, {@code xhigh} or {@code max}; {@code null} where not said
 * @param budgetTokens in tokens, 0 for not at all, {@link #ADAPTIVE} for as much as the model sees
 *     fit, {@link #UNSAID} where not said
 * @param visible whether the caller wants to read it, {@code null} where not said
 */
public record Reasoning(@Nullable String effort, long budgetTokens, @Nullable Boolean visible) {

    /** No budget was named. */
    public static final long UNSAID = Long.MIN_VALUE;

    /** The model decides. */
    public static final long ADAPTIVE = -1;

    /*
     * The steps are those of Google's own mapping of reasoning_effort to thinking_budget, which
     * those who come from a Gemini proxy know: 1024, 8192, 24576.
     */
    private static final long LOW = 1024;
    private static final long MEDIUM = 8192;
    private static final long HIGH = 24576;

    /** Whether nothing is to be thought. */
    public boolean isOff() {
        return budgetTokens == 0 || "none".equals(effort);
    }

    /** The budget, or the one that the effort stands for. */
    public long budget() {
        if (budgetTokens != UNSAID) {
            return budgetTokens;
        }
        return switch (effort == null ? "" : effort) {
            case "none" -> 0;
            case "minimal", "low" -> LOW;
            case "medium" -> MEDIUM;
            case "high", "xhigh", "max" -> HIGH;
            default -> ADAPTIVE;
        };
    }

    /**
     * The effort, or the one that the budget comes nearest to; {@code null} where neither is said.
     */
    public @Nullable String effortWord() {
        if (effort != null) {
            return effort;
        }
        if (budgetTokens == UNSAID || budgetTokens == ADAPTIVE) {
            return null;
        }
        if (budgetTokens == 0) {
            return "none";
        }
        return budgetTokens <= LOW * 2 ? "low" : budgetTokens <= MEDIUM * 2 ? "medium" : "high";
    }
}
