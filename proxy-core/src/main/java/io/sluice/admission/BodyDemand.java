package io.sluice.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.message.CallFields;
import io.sluice.message.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads from a call's body what it may use. */
public final class BodyDemand {

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
        if (endpoint == null || endpoint == Endpoint.STORED_RESPONSE || fields == null) {
            demand.setFree();
            return;
        }
        if (isExact && body != null) {
            describeExactly(demand, fields, body);
        }
        long choices = Math.max(1, fields.choices());
        switch (endpoint) {
            case CHAT_COMPLETIONS, RESPONSES -> demand.setOutput(bound(fields), choices);
            case COMPLETIONS -> {
                long prompts = isExact && body != null ? prompts(fields, body) : 1;
                demand.setOutput(bound(fields), choices * prompts);
            }
            case EMBEDDINGS, MODERATIONS, STORED_RESPONSE -> {}
        }
    }

    private static long bound(CallFields fields) {
        return Math.max(0, fields.outputBound());
    }

    private static void describeExactly(Demand demand, CallFields fields, ByteBuf body) {
        check(fields.outputBound(), "max_tokens");
        check(fields.choices(), "n");
        check(fields.maxToolCalls(), "max_tool_calls");
        Tools tools = tools(fields, body);
        if (tools.functions || fields.hasFunctions()) {
            demand.setFunctions();
        }
        if (tools.provider || fields.hasWebSearch()) {
            demand.setUnboundedInput();
            demand.setProviderTools(fields.maxToolCalls());
        }
        if (fields.previousResponseId() != null || MediaScan.finds(body)) {
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

    /** What kinds of tools a call brings. */
    private record Tools(boolean functions, boolean provider) {}

    private static Tools tools(CallFields fields, ByteBuf body) {
        if (fields.toolsStart() < 0) {
            return new Tools(false, false);
        }
        boolean hasFunctions = false;
        boolean hasOthers = false;
        try (JsonParser parser = parser(body, fields.toolsStart(), fields.toolsEnd())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return new Tools(false, parser.currentToken() != JsonToken.VALUE_NULL);
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                boolean isFunction = isFunction(parser);
                hasFunctions |= isFunction;
                hasOthers |= !isFunction;
            }
        } catch (IOException _) {
            hasOthers = true;
        }
        return new Tools(hasFunctions, hasOthers);
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
