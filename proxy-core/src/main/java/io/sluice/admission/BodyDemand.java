package io.sluice.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.CallFields;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from a call's body what it may use. */
public final class BodyDemand {

    /** How the names begin of the tools that a caller runs although Anthropic describes them. */
    private static final List<String> CALLERS_TOOLS =
            List.of("custom", "bash_", "text_editor_", "computer_", "memory_");

    private static final JsonFactory JSON = new JsonFactory();

    private BodyDemand() {}

    /**
     * Describes what a call may use, prices apart.
     *
     * @param fields {@code null} where the endpoint has no body that says anything
     * @param body borrowed
     * @param isExact whether a hard budget needs the largest amount; else a likely one is enough,
     *     and the body is not read again
     * @throws GatewayException if a number that bounds the cost is not one
     */
    public static void describe(
            Demand demand,
            @Nullable Endpoint endpoint,
            @Nullable CallFields fields,
            @Nullable ByteBuf body,
            boolean isExact) {
        demand.start(body == null ? 0 : body.readableBytes());
        if (endpoint == null || endpoint.isFree() || fields == null) {
            demand.setFree();
            return;
        }
        if (isExact && body != null) {
            describeExactly(demand, endpoint, fields, body);
        }
        long choices = Math.max(1, fields.choices());
        switch (endpoint) {
            case CHAT_COMPLETIONS, RESPONSES, MESSAGES, GENERATE_CONTENT, STREAM_GENERATE_CONTENT ->
                    demand.setOutput(bound(fields), choices);
            case COMPLETIONS -> {
                long prompts = isExact && body != null ? prompts(fields, body) : 1;
                demand.setOutput(bound(fields), choices * prompts);
            }
            case EMBEDDINGS,
                    MODERATIONS,
                    RERANK,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS,
                    STORED_RESPONSE,
                    MESSAGE_TOKENS,
                    CONTENT_TOKENS -> {}
        }
    }

    /** Whether a body has media in it, or names some. */
    public static boolean hasMedia(ByteBuf body) {
        return MediaScan.finds(body);
    }

    private static long bound(CallFields fields) {
        return Math.max(0, fields.outputBound());
    }

    private static void describeExactly(
            Demand demand, Endpoint endpoint, CallFields fields, ByteBuf body) {
        check(fields.outputBound(), "max_tokens");
        check(fields.choices(), "n");
        check(fields.maxToolCalls(), "max_tool_calls");
        Tools tools = tools(endpoint.dialect(), fields, body);
        if (tools.functions || fields.hasFunctions()) {
            demand.setFunctions();
        }
        if (tools.provider || fields.hasWebSearch()) {
            demand.setUnboundedInput();
            demand.setProviderTools(
                    fields.maxToolCalls() < 0 ? tools.mostUses : fields.maxToolCalls());
        }
        if (fields.previousResponseId() != null
                || fields.hasServerContext()
                || MediaScan.finds(body)) {
            demand.setUnboundedInput();
        }
    }

    private static void check(long number, String name) {
        if (number == CallFields.UNREADABLE) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "\"" + name + "\" must be an integer that is not negative",
                    name);
        }
    }

    /**
     * What kinds of tools a call brings.
     *
     * @param functions whether there are some that the caller runs
     * @param provider whether there are some that the provider runs
     * @param mostUses how often the provider may run them, negative where nobody has said
     */
    private record Tools(boolean functions, boolean provider, long mostUses) {

        static final Tools NONE = new Tools(false, false, 0);

        Tools with(Tools more) {
            boolean isBounded = mostUses >= 0 && more.mostUses >= 0;
            return new Tools(
                    functions || more.functions,
                    provider || more.provider,
                    isBounded ? mostUses + more.mostUses : CallFields.UNSTATED);
        }
    }

    private static final Tools FUNCTION = new Tools(true, false, 0);
    private static final Tools UNBOUNDED = new Tools(false, true, CallFields.UNSTATED);

    private static Tools tools(Dialect dialect, CallFields fields, ByteBuf body) {
        if (fields.toolsStart() < 0) {
            return Tools.NONE;
        }
        Tools tools = Tools.NONE;
        try (JsonParser parser = parser(body, fields.toolsStart(), fields.toolsEnd())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return parser.currentToken() == JsonToken.VALUE_NULL ? Tools.NONE : UNBOUNDED;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                tools =
                        tools.with(
                                switch (dialect) {
                                    case OPENAI_CHAT,
                                            OPENAI_RESPONSES,
                                            BEDROCK_CONVERSE,
                                            COHERE_CHAT,
                                            OLLAMA_CHAT ->
                                            isFunction(parser) ? FUNCTION : UNBOUNDED;
                                    case ANTHROPIC_MESSAGES -> messagesTool(parser);
                                    case GEMINI -> contentTool(parser);
                                });
            }
        } catch (IOException _) {
            return tools.with(UNBOUNDED);
        }
        return tools;
    }

    /* A tool of Anthropic's dialect: without a type it is the caller's. */
    private static Tools messagesTool(JsonParser parser) throws IOException {
        boolean isCallers = parser.currentToken() == JsonToken.START_OBJECT;
        long uses = CallFields.UNSTATED;
        if (!isCallers) {
            parser.skipChildren();
            return UNBOUNDED;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("type") && value != JsonToken.VALUE_NULL) {
                String type = parser.getValueAsString("");
                isCallers = CALLERS_TOOLS.stream().anyMatch(type::startsWith);
            } else if (name.equals("max_uses") && value == JsonToken.VALUE_NUMBER_INT) {
                uses = Math.max(0, parser.getValueAsLong());
            }
            parser.skipChildren();
        }
        return isCallers ? FUNCTION : new Tools(false, true, uses);
    }

    /* A tool of Gemini's dialect: each of its members is one kind of tool. */
    private static Tools contentTool(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return UNBOUNDED;
        }
        Tools tools = Tools.NONE;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean isFunctions =
                    name.equals("functionDeclarations") || name.equals("function_declarations");
            tools = tools.with(isFunctions ? FUNCTION : UNBOUNDED);
            parser.nextToken();
            parser.skipChildren();
        }
        return tools;
    }

    private static boolean isFunction(JsonParser parser) throws IOException {
        boolean isFunction = false;
        boolean isOther = false;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isType = parser.currentName().equals("type");
                parser.nextToken();
                if (isType) {
                    String type = parser.getValueAsString("");
                    isFunction = type.equals("function") || type.equals("custom");
                    isOther |= !isFunction;
                }
                parser.skipChildren();
            }
        } else {
            parser.skipChildren();
        }
        return isFunction && !isOther;
    }

    /** How many prompts there may be: the elements of a list, one of which may be of tokens. */
    private static long prompts(CallFields fields, ByteBuf body) {
        if (fields.promptsStart() < 0) {
            return 1;
        }
        long prompts = 0;
        try (JsonParser parser = parser(body, fields.promptsStart(), fields.promptsEnd())) {
            parser.nextToken();
            for (JsonToken next = parser.nextToken();
                    next != null && next != JsonToken.END_ARRAY;
                    next = parser.nextToken()) {
                prompts += next == JsonToken.VALUE_NUMBER_INT ? 0 : 1;
                parser.skipChildren();
            }
        } catch (IOException _) {
            return body.readableBytes();
        }
        return Math.max(1, prompts);
    }

    private static JsonParser parser(ByteBuf body, long start, long end) throws IOException {
        int first = body.readerIndex() + Math.toIntExact(start);
        ByteBuf slice = body.slice(first, Math.toIntExact(end - start));
        InputStream in = new ByteBufInputStream(slice);
        return JSON.createParser(in);
    }
}
