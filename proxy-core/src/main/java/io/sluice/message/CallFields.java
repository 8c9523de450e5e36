package io.sluice.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.BodyEdits;
import io.sluice.json.FieldNames;
import io.sluice.json.JsonStrings;
import io.sluice.json.JsonType;
import io.sluice.json.JsonValues;
import io.sluice.json.MalformedJsonException;
import io.sluice.json.TopLevelScanner;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request body that the gateway acts on, and where they stand.
 *
 * <p>Immutable. Offsets are bytes from the start of the body.
 */
public final class CallFields {

    /** What a caller says about usage in a stream. */
    public enum StreamUsage {
        /** Nothing: it gets no usage event. */
        UNSAID,
        /** It declines. */
        NO,
        /** It asks. */
        YES
    }

    private static final List<String> OPENAI_FIELDS =
            List.of(
                    "model",
                    "stream",
                    "stream_options",
                    "messages",
                    "prompt",
                    "input",
                    "previous_response_id",
                    "max_tokens",
                    "max_completion_tokens",
                    "max_output_tokens",
                    "n",
                    "user",
                    "metadata",
                    "best_of",
                    "tools",
                    "functions",
                    "web_search_options",
                    "max_tool_calls",
                    "safety_identifier",
                    "background");

    private static final List<String> OTHER_FIELDS =
            List.of(
                    "mcp_servers",
                    "container",
                    "contents",
                    "content",
                    "requests",
                    "generationConfig",
                    "generation_config",
                    "cachedContent",
                    "cached_content",
                    "prompt_cache_key",
                    "session_id");

    private static final List<String> SESSION_FIELDS = List.of("prompt_cache_key", "session_id");

    private static final Set<String> ANTHROPIC_FIELDS =
            Set.of(
                    "model",
                    "stream",
                    "messages",
                    "max_tokens",
                    "metadata",
                    "tools",
                    "mcp_servers",
                    "container");

    private static final Set<String> GEMINI_FIELDS =
            Set.of(
                    "model",
                    "tools",
                    "contents",
                    "content",
                    "requests",
                    "generationConfig",
                    "generation_config",
                    "cachedContent",
                    "cached_content");

    private static final FieldNames OPENAI_NAMES =
            names(
                    Stream.concat(OPENAI_FIELDS.stream(), SESSION_FIELDS.stream())
                            .collect(Collectors.toUnmodifiableSet()));
    private static final FieldNames ANTHROPIC_NAMES = names(ANTHROPIC_FIELDS);
    private static final FieldNames GEMINI_NAMES = names(GEMINI_FIELDS);

    /** How deep a body may be nested. */
    public static final int MAX_DEPTH = 512;

    private static final int MODEL = 0;
    private static final int STREAM = 1;
    private static final int STREAM_OPTIONS = 2;
    private static final int MESSAGES = 3;
    private static final int PROMPT = 4;
    private static final int INPUT = 5;
    private static final int PREVIOUS_RESPONSE_ID = 6;
    private static final int MAX_TOKENS = 7;
    private static final int OUTPUT_FIELDS = OutputField.values().length;
    private static final int N = 10;
    private static final int USER = 11;
    private static final int METADATA = 12;
    private static final int BEST_OF = 13;
    private static final int TOOLS = 14;
    private static final int FUNCTIONS = 15;
    private static final int WEB_SEARCH = 16;
    private static final int MAX_TOOL_CALLS = 17;
    private static final int SAFETY_IDENTIFIER = 18;
    private static final int BACKGROUND = 19;
    private static final int MCP_SERVERS = 20;
    private static final int CONTAINER = 21;
    private static final int CONTENTS = 22;
    private static final int CONTENT = 23;
    private static final int REQUESTS = 24;
    private static final int GENERATION_CONFIG = 25;
    private static final int GENERATION_CONFIG_TOO = 26;
    private static final int CACHED_CONTENT = 27;
    private static final int CACHED_CONTENT_TOO = 28;
    private static final int[] CONTENT_FIELDS = {MESSAGES, INPUT, PROMPT, CONTENTS};
    private static final int PROMPT_CACHE_KEY = 29;
    private static final int SESSION_ID = 30;

    /** A number that is not stated. */
    public static final long UNSTATED = -1;

    /** A number that is not one, or none that can be counted with. */
    public static final long UNREADABLE = -2;

    private static final FieldNames STREAM_OPTION_NAMES = FieldNames.of("include_usage");
    private static final int MAX_MODEL_BYTES = 1024;

    private static final byte[] ASK = "\"include_usage\":true".getBytes(US_ASCII);
    private static final byte[] ASK_FIRST = "\"include_usage\":true,".getBytes(US_ASCII);
    private static final byte[] ASK_OBJECT = "{\"include_usage\":true}".getBytes(US_ASCII);
    private static final byte[] ASK_FIELD =
            ",\"stream_options\":{\"include_usage\":true}".getBytes(US_ASCII);
    private static final byte[] TRUE = "true".getBytes(US_ASCII);

    private final @Nullable String model;
    private final long modelStart;
    private final long modelEnd;
    private final boolean stream;
    private final StreamUsage streamUsage;
    private final @Nullable JsonType optionsType;
    private final long optionsStart;
    private final long optionsEnd;
    private final boolean optionsEmpty;
    private final long includeStart;
    private final long includeEnd;
    private final @Nullable String previousResponseId;
    private final @Nullable String user;
    private final List<String> tags;
    private final long[] bounds = new long[OUTPUT_FIELDS];
    private final long[] boundStarts = new long[bounds.length];
    private final long[] boundEnds = new long[bounds.length];
    private final long choices;
    private final long bestOf;
    private final long maxToolCalls;
    private final long toolsStart;
    private final long toolsEnd;
    private final boolean functions;
    private final boolean webSearch;
    private final boolean background;
    private final long promptStart;
    private final long promptEnd;
    private final long objectStart;
    private final long objectEnd;
    private final boolean objectEmpty;
    private final boolean serverContext;
    private final GenerationConfig generation;
    private final CallSession session;
    private final Endpoint endpoint;

    private CallFields(TopLevelScanner scanner, ByteBuf body, Endpoint endpoint) {
        this.endpoint = endpoint;
        boolean isModelInPath = endpoint.dialect() == Dialect.GEMINI;
        model = isModelInPath ? null : text(scanner, body, MODEL, "model");
        modelStart = start(scanner, MODEL);
        modelEnd = end(scanner, MODEL);
        stream =
                endpoint == Endpoint.STREAM_GENERATE_CONTENT
                        || flag(scanner, body, STREAM, "stream");
        optionsType = scanner.has(STREAM_OPTIONS) ? scanner.type(STREAM_OPTIONS) : null;
        optionsStart = start(scanner, STREAM_OPTIONS);
        optionsEnd = end(scanner, STREAM_OPTIONS);
        previousResponseId = text(scanner, body, PREVIOUS_RESPONSE_ID, "previous_response_id");
        String named = userOf(scanner, body, USER);
        user =
                endpoint.dialect() == Dialect.ANTHROPIC_MESSAGES
                        ? RequestTags.userOfMetadata(
                                body, start(scanner, METADATA), end(scanner, METADATA))
                        : named == null ? userOf(scanner, body, SAFETY_IDENTIFIER) : named;
        tags =
                scanner.has(METADATA) && scanner.type(METADATA) == JsonType.OBJECT
                        ? RequestTags.ofMetadata(
                                body, scanner.valueStart(METADATA), scanner.valueEnd(METADATA))
                        : List.of();
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = count(scanner, body, 0, MAX_TOKENS + i);
            boundStarts[i] = start(scanner, MAX_TOKENS + i);
            boundEnds[i] = end(scanner, MAX_TOKENS + i);
        }
        generation =
                scanner.has(GENERATION_CONFIG_TOO)
                        ? GenerationConfig.of(
                                scanner, body, GENERATION_CONFIG_TOO, "generation_config")
                        : GenerationConfig.of(scanner, body, GENERATION_CONFIG, "generationConfig");
        choices = count(scanner, body, 0, N);
        bestOf = count(scanner, body, 0, BEST_OF);
        maxToolCalls = count(scanner, body, 0, MAX_TOOL_CALLS);
        serverContext =
                isSaid(scanner, MCP_SERVERS)
                        || isSaid(scanner, CONTAINER)
                        || isSaid(scanner, CACHED_CONTENT)
                        || isSaid(scanner, CACHED_CONTENT_TOO);
        toolsStart = start(scanner, TOOLS);
        toolsEnd = end(scanner, TOOLS);
        functions = isSaid(scanner, FUNCTIONS);
        webSearch = isSaid(scanner, WEB_SEARCH);
        background =
                scanner.has(BACKGROUND)
                        && scanner.type(BACKGROUND) == JsonType.BOOLEAN
                        && JsonValues.bool(
                                body, start(scanner, BACKGROUND), end(scanner, BACKGROUND));
        boolean hasPrompts = scanner.has(PROMPT) && scanner.type(PROMPT) == JsonType.ARRAY;
        promptStart = hasPrompts ? scanner.valueStart(PROMPT) : -1;
        promptEnd = hasPrompts ? scanner.valueEnd(PROMPT) : -1;
        session = session(scanner);
        objectStart = scanner.objectStart();
        objectEnd = scanner.objectEnd();
        objectEmpty = scanner.isEmptyObject();
        if (optionsType == JsonType.OBJECT) {
            TopLevelScanner options = new TopLevelScanner(STREAM_OPTION_NAMES, MAX_DEPTH);
            options.feed(
                    body,
                    body.readerIndex() + (int) optionsStart,
                    (int) (optionsEnd - optionsStart));
            options.finish();
            if (options.duplicate() >= 0) {
                throw duplicate(
                        "stream_options.include_usage", optionsStart + options.duplicateOffset());
            }
            optionsEmpty = options.isEmptyObject();
            boolean said = options.has(0);
            includeStart = said ? optionsStart + options.valueStart(0) : -1;
            includeEnd = said ? optionsStart + options.valueEnd(0) : -1;
            streamUsage = streamUsage(options, body);
        } else {
            optionsEmpty = true;
            includeStart = -1;
            includeEnd = -1;
            streamUsage = StreamUsage.UNSAID;
            if (optionsType != null && optionsType != JsonType.NULL) {
                throw invalid("stream_options", "an object");
            }
        }
    }

    /** The fields to look for in a body of {@code endpoint}. */
    public static FieldNames names(Endpoint endpoint) {
        return names(endpoint.dialect());
    }

    /** The fields to look for in bodies of {@code dialect}. */
    public static FieldNames names(Dialect dialect) {
        return switch (dialect) {
            case OPENAI_CHAT, OPENAI_RESPONSES, BEDROCK_CONVERSE, COHERE_CHAT, OLLAMA_CHAT ->
                    OPENAI_NAMES;
            case ANTHROPIC_MESSAGES -> ANTHROPIC_NAMES;
            case GEMINI -> GEMINI_NAMES;
        };
    }

    /** All fields by their numbers; those that a dialect does not read get a name nobody uses. */
    private static FieldNames names(Set<String> read) {
        return FieldNames.of(
                Stream.concat(OPENAI_FIELDS.stream(), OTHER_FIELDS.stream())
                        .map(name -> read.contains(name) ? name : "\0" + name)
                        .toArray(String[]::new));
    }

    /**
     * Reads the fields of a body that a scanner has seen to its end.
     *
     * @param scanner has looked for the {@link #names(Endpoint)} of the endpoint
     * @param body borrowed
     * @param namesModel whether the path has named the model already
     * @throws GatewayException if a field is missing, doubled, or not of the type its endpoint
     *     takes
     */
    public static CallFields of(
            TopLevelScanner scanner, ByteBuf body, Endpoint endpoint, boolean namesModel) {
        if (scanner.duplicate() >= 0) {
            throw duplicate(names(endpoint).name(scanner.duplicate()), scanner.duplicateOffset());
        }
        if (scanner.has(GENERATION_CONFIG) && scanner.has(GENERATION_CONFIG_TOO)) {
            throw duplicate("generationConfig", scanner.valueStart(GENERATION_CONFIG_TOO));
        }
        CallFields fields = new CallFields(scanner, body, endpoint);
        if (fields.model == null && !namesModel) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "you must provide a model parameter", "model");
        }
        fields.checkSubject(scanner, endpoint);
        return fields;
    }

    /** The model asked for, or {@code null} where only the path names it. */
    public @Nullable String model() {
        return model;
    }

    /** Whether an event stream is asked for. */
    public boolean isStream() {
        return stream;
    }

    public StreamUsage streamUsage() {
        return streamUsage;
    }

    public @Nullable String previousResponseId() {
        return previousResponseId;
    }

    /**
     * Whom the caller acts for: {@code user}, else {@code safety_identifier}; {@code null} where it
     * does not say, or in no string of at most 1024 bytes.
     */
    public @Nullable String user() {
        return user;
    }

    /** The tags in {@code metadata}; see {@link RequestTags}. */
    public List<String> tags() {
        return tags;
    }

    private static CallSession session(TopLevelScanner scanner) {
        int name = isSaid(scanner, SESSION_ID) ? SESSION_ID : PROMPT_CACHE_KEY;
        boolean isNamed = scanner.has(name) && scanner.type(name) == JsonType.STRING;
        int content = -1;
        for (int field : CONTENT_FIELDS) {
            content = content < 0 && isSaid(scanner, field) ? field : content;
        }
        return new CallSession(
                isNamed ? scanner.valueStart(name) : -1,
                isNamed ? scanner.valueEnd(name) : -1,
                content < 0 ? -1 : scanner.valueStart(content),
                content < 0 ? -1 : scanner.valueEnd(content));
    }

    /** What tells that calls belong together. */
    public CallSession session() {
        return session;
    }

    /** The most output tokens that are asked for by any field, or {@link #UNSTATED}. */
    public long outputBound() {
        long most = generation.bound();
        if (most == UNREADABLE) {
            return UNREADABLE;
        }
        for (long bound : bounds) {
            if (bound == UNREADABLE) {
                return UNREADABLE;
            }
            most = Math.max(most, bound);
        }
        return most;
    }

    /**
     * How many answers are asked for: the larger of {@code n} and {@code best_of}, or {@code
     * candidateCount}.
     */
    public long choices() {
        if (generation.isThere()) {
            return generation.candidates();
        }
        return choices == UNREADABLE || bestOf == UNREADABLE
                ? UNREADABLE
                : Math.max(choices, bestOf);
    }

    /** How often the provider may run tools of its own, or {@link #UNSTATED}. */
    public long maxToolCalls() {
        return maxToolCalls;
    }

    /** Where {@code tools} begins, or -1 where there are none. */
    public long toolsStart() {
        return toolsStart;
    }

    /** Behind the end of {@code tools}. */
    public long toolsEnd() {
        return toolsEnd;
    }

    /** Whether functions are described in the older way. */
    public boolean hasFunctions() {
        return functions;
    }

    /** Whether the provider may search the web for a chat completion. */
    public boolean hasWebSearch() {
        return webSearch;
    }

    /** Whether the provider may add to the input what only it has, such as a stored content. */
    public boolean hasServerContext() {
        return serverContext;
    }

    /** Whether the provider may answer at once and go on by itself. */
    public boolean isBackground() {
        return background;
    }

    /** Where a {@code prompt} of several parts begins, or -1 where there is none. */
    public long promptsStart() {
        return promptStart;
    }

    /** Behind the end of a {@code prompt} of several parts. */
    public long promptsEnd() {
        return promptEnd;
    }

    /** Bounds the output of a body that states no bound. */
    // The rows live as long as the enum they are made from, and are never stored.
    @SuppressWarnings("EnumOrdinal")
    public void boundOutput(BodyEdits edits, OutputField field, long tokens) {
        if (endpoint.dialect() == Dialect.GEMINI) {
            boundContent(edits, tokens);
            return;
        }
        int at = field.ordinal();
        if (boundStarts[at] >= 0) {
            edits.replace(boundStarts[at], boundEnds[at], Long.toString(tokens).getBytes(US_ASCII));
        } else {
            String text = (objectEmpty ? "\"" : ",\"") + field.wireName() + "\":" + tokens;
            edits.insert(objectEnd - 1, text.getBytes(US_ASCII));
        }
    }

    private void boundContent(BodyEdits edits, long tokens) {
        if (generation.isThere() || generation.isNull()) {
            generation.boundOutput(edits, tokens);
        } else {
            String text = GenerationConfig.whole(tokens);
            edits.insert(objectEnd - 1, (objectEmpty ? text : ',' + text).getBytes(US_ASCII));
        }
    }

    /**
     * Puts another model in the place of the one asked for, or one where there was none. In
     * Gemini's dialect the path names it, and the body only where it repeats it.
     *
     * @param body borrowed
     * @param asked the model that the caller named
     */
    public void renameModel(BodyEdits edits, ByteBuf body, String asked, String to) {
        if (endpoint.dialect() != Dialect.GEMINI) {
            renameModel(edits, to);
        } else if (!asked.equals(to) && (modelStart >= 0 || repeatsModel())) {
            ContentModels.rename(edits, body, to);
        }
    }

    /** Whether a part of the body may name the model once more. */
    private boolean repeatsModel() {
        return endpoint == Endpoint.BATCH_EMBED_CONTENTS || endpoint == Endpoint.CONTENT_TOKENS;
    }

    /** Puts another model in the place of the one in the body, or one where there was none. */
    void renameModel(BodyEdits edits, String to) {
        if (model == null) {
            String field = "\"model\":" + quoted(to) + (objectEmpty ? "" : ",");
            edits.insert(objectStart + 1, field.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } else if (!model.equals(to)) {
            edits.replace(modelStart, modelEnd, JsonStrings.quoted(to));
        }
    }

    /** Makes the body ask for usage in the stream, changing nothing else. */
    public void askForUsage(BodyEdits edits) {
        if (streamUsage == StreamUsage.YES) {
            return;
        }
        if (optionsType == null) {
            edits.insert(objectEnd - 1, ASK_FIELD);
        } else if (optionsType == JsonType.NULL) {
            edits.replace(optionsStart, optionsEnd, ASK_OBJECT);
        } else if (includeStart >= 0) {
            edits.replace(includeStart, includeEnd, TRUE);
        } else {
            edits.insert(optionsStart + 1, optionsEmpty ? ASK : ASK_FIRST);
        }
    }

    private static String quoted(String text) {
        return new String(JsonStrings.quoted(text), java.nio.charset.StandardCharsets.UTF_8);
    }

    private StreamUsage streamUsage(TopLevelScanner options, ByteBuf body) {
        if (!options.has(0) || options.type(0) == JsonType.NULL) {
            return StreamUsage.UNSAID;
        }
        if (options.type(0) != JsonType.BOOLEAN) {
            throw invalid("stream_options.include_usage", "a boolean");
        }
        return JsonValues.bool(body, includeStart, includeEnd) ? StreamUsage.YES : StreamUsage.NO;
    }

    private void checkSubject(TopLevelScanner scanner, Endpoint endpoint) {
        switch (endpoint) {
            case CHAT_COMPLETIONS ->
                    require(scanner, MESSAGES, "messages", "an array", JsonType.ARRAY, null);
            case COMPLETIONS -> {
                if (scanner.has(PROMPT)) {
                    require(
                            scanner,
                            PROMPT,
                            "prompt",
                            "a string or an array",
                            JsonType.STRING,
                            JsonType.ARRAY);
                }
            }
            case EMBEDDINGS, MODERATIONS ->
                    require(
                            scanner,
                            INPUT,
                            "input",
                            "a string or an array",
                            JsonType.STRING,
                            JsonType.ARRAY);
            case RESPONSES -> {
                if (scanner.has(INPUT) || !scanner.has(PROMPT)) {
                    require(
                            scanner,
                            INPUT,
                            "input",
                            "a string or an array",
                            JsonType.STRING,
                            JsonType.ARRAY);
                }
            }
            case MESSAGES, MESSAGE_TOKENS ->
                    require(scanner, MESSAGES, "messages", "an array", JsonType.ARRAY, null);
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT ->
                    require(
                            scanner,
                            CONTENTS,
                            "contents",
                            "an array or an object",
                            JsonType.ARRAY,
                            JsonType.OBJECT);
            case EMBED_CONTENT ->
                    require(scanner, CONTENT, "content", "an object", JsonType.OBJECT, null);
            case BATCH_EMBED_CONTENTS ->
                    require(scanner, REQUESTS, "requests", "an array", JsonType.ARRAY, null);
            case STORED_RESPONSE, CONTENT_TOKENS, RERANK -> {}
        }
    }

    private static void require(
            TopLevelScanner scanner,
            int field,
            String name,
            String what,
            JsonType type,
            @Nullable JsonType otherType) {
        if (!scanner.has(field)) {
            throw new GatewayException(
                    ErrorCode.MISSING_PARAMETER, "you must provide " + name, name);
        }
        if (scanner.type(field) != type && scanner.type(field) != otherType) {
            throw invalid(name, what);
        }
    }

    private static @Nullable String text(
            TopLevelScanner scanner, ByteBuf body, int field, String name) {
        if (!scanner.has(field)) {
            return null;
        }
        if (scanner.type(field) == JsonType.NULL && field != MODEL) {
            return null;
        }
        long start = scanner.valueStart(field);
        long end = scanner.valueEnd(field);
        if (scanner.type(field) != JsonType.STRING || end - start > MAX_MODEL_BYTES) {
            throw invalid(name, "a string of at most " + MAX_MODEL_BYTES + " bytes");
        }
        String text = JsonValues.string(body, start, end);
        if (text.isEmpty()) {
            throw invalid(name, "not empty");
        }
        return text;
    }

    private static @Nullable String userOf(TopLevelScanner scanner, ByteBuf body, int field) {
        boolean isShort =
                scanner.has(field)
                        && scanner.type(field) == JsonType.STRING
                        && scanner.valueEnd(field) - scanner.valueStart(field) <= MAX_MODEL_BYTES;
        if (!isShort) {
            return null;
        }
        try {
            String text = JsonValues.string(body, start(scanner, field), end(scanner, field));
            return text.isEmpty() ? null : text;
        } catch (MalformedJsonException _) {
            return null;
        }
    }

    private static boolean isSaid(TopLevelScanner scanner, int field) {
        return scanner.has(field) && scanner.type(field) != JsonType.NULL;
    }

    /**
     * A number that is not negative, {@link #UNSTATED} or {@link #UNREADABLE}.
     *
     * @param base where the scanner's document begins in the body
     */
    static long count(TopLevelScanner scanner, ByteBuf body, long base, int field) {
        if (!isSaid(scanner, field)) {
            return UNSTATED;
        }
        try {
            long number =
                    JsonValues.integer(
                            body, base + start(scanner, field), base + end(scanner, field));
            return number < 0 ? UNREADABLE : number;
        } catch (MalformedJsonException _) {
            return UNREADABLE;
        }
    }

    private static boolean flag(TopLevelScanner scanner, ByteBuf body, int field, String name) {
        if (!scanner.has(field) || scanner.type(field) == JsonType.NULL) {
            return false;
        }
        if (scanner.type(field) != JsonType.BOOLEAN) {
            throw invalid(name, "a boolean");
        }
        return JsonValues.bool(body, scanner.valueStart(field), scanner.valueEnd(field));
    }

    private static long start(TopLevelScanner scanner, int field) {
        return scanner.has(field) ? scanner.valueStart(field) : -1;
    }

    private static long end(TopLevelScanner scanner, int field) {
        return scanner.has(field) ? scanner.valueEnd(field) : -1;
    }

    private static GatewayException duplicate(String name, long offset) {
        return new GatewayException(
                ErrorCode.DUPLICATE_FIELD,
                "\"%s\" stands twice in the body, the second time at byte %d"
                        .formatted(name, offset),
                name);
    }

    private static GatewayException invalid(String name, String what) {
        return new GatewayException(
                ErrorCode.INVALID_PARAMETER, "\"" + name + "\" must be " + what, name);
    }
}
