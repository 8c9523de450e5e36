package io.sluice.framing;

/** What the frames of an AWS event stream hold, and how they are shown. */
public enum FrameForm {
    /**
     * The members of a union, one in each frame and named by its {@code :event-type}; shown as
     * {@code data: {"<member>": <payload>}}.
     */
    UNION,
    /**
     * Parts of a model's own stream as Bedrock wraps them, {@code {"bytes": "<Base64>"}}; shown as
     * events named by their {@code type}.
     */
    CHUNKS,
    /** A body cut into parts; shown as it is. */
    PARTS
}
