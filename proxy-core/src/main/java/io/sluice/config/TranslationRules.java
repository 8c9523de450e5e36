package io.sluice.config;

import java.util.Set;

/**
 * How calls and answers are changed on their way to a target and back.
 *
 * @param dropParams whether what a target of another dialect has no place for is left out, with a
 *     warning; else the call is refused
 * @param additional top-level fields that are left out of every call
 * @param modifyParams whether a conversation that a target of another dialect would refuse is put
 *     right
 * @param allowed fields that are sent on under their names although the target's dialect has no
 *     place for them
 * @param thinkTags whether a target of OpenAI's chat dialect is asked for its thoughts, and the
 *     {@code <thought>} tags around them become {@code <think>}
 * @param responsesOnly whether a model of OpenAI's is served as responses alone, so that other
 *     calls are translated to them
 */
public record TranslationRules(
        boolean dropParams,
        Set<String> additional,
        boolean modifyParams,
        Set<String> allowed,
        boolean thinkTags,
        boolean responsesOnly) {

    /** Nothing is left out and nothing changed. */
    public static final TranslationRules NONE =
            new TranslationRules(false, Set.of(), false, Set.of(), false, false);

    public TranslationRules {
        additional = Set.copyOf(additional);
        allowed = Set.copyOf(allowed);
    }
}
