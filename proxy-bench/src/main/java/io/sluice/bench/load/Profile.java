package io.sluice.bench.load;

import io.sluice.bench.canned.CannedSpec;
import java.util.Locale;

/** Ready-made loads that look like some kind of use. */
public enum Profile {
    /** Short questions, long streamed answers at reading speed. */
    CHAT(Shape.CHAT, 1 << 10, CannedSpec.stream(200, 184, 20_000).withFirst(300_000)),
    /** Long prompts with tools, short streamed answers, quickly after each other. */
    AGENT(Shape.TOOLS, 48 << 10, CannedSpec.stream(60, 220, 5_000).withFirst(200_000)),
    /** Prompts of about 100,000 tokens. */
    RAG_100K(Shape.CHAT, 400 << 10, CannedSpec.stream(300, 184, 15_000).withFirst(1_500_000)),
    /** An image of a megabyte in the prompt. */
    VISION(Shape.IMAGE, 1 << 20, CannedSpec.stream(100, 184, 15_000).withFirst(600_000)),
    /** Many small plain calls. */
    EMBEDDINGS(Shape.EMBEDDINGS, 2 << 10, CannedSpec.plain(8 << 10).withFirst(20_000)),
    /** Short streams back to back, for hours. */
    SOAK(Shape.CHAT, 1 << 10, CannedSpec.stream(10, 184, 0));

    /** What a body looks like. */
    public enum Shape {
        CHAT,
        TOOLS,
        IMAGE,
        EMBEDDINGS
    }

    private final Shape shape;
    private final int promptBytes;

    // A record of numbers is immutable; the annotation that would say so is not on the class path.
    @SuppressWarnings("ImmutableEnumChecker")
    private final CannedSpec answer;

    Profile(Shape shape, int promptBytes, CannedSpec answer) {
        this.shape = shape;
        this.promptBytes = promptBytes;
        this.answer = answer;
    }

    /** Its name in options. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The profile of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Profile of(String word) {
        for (Profile profile : values()) {
            if (profile.word().equals(word)) {
                return profile;
            }
        }
        throw new IllegalArgumentException("no such profile: " + word);
    }

    public Shape shape() {
        return shape;
    }

    /** Bytes of the prompt without what makes it JSON. */
    public int promptBytes() {
        return promptBytes;
    }

    public CannedSpec answer() {
        return answer;
    }
}
