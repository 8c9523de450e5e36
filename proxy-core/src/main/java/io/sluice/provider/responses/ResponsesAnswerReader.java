package io.sluice.provider.responses;

import io.netty.buffer.ByteBuf;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonNames;
import io.sluice.json.JsonText;
import io.sluice.json.JsonType;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerFeed;
import io.sluice.message.AnswerListener;
import io.sluice.message.AnswerParser;
import io.sluice.message.AnswerReader;
import io.sluice.message.AnswerTerms;
import io.sluice.message.CallMemory;
import io.sluice.message.Dialect;
import io.sluice.message.StopReason;
import io.sluice.message.TokenCounts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads responses, plain or streamed. */
public final class ResponsesAnswerReader extends AnswerParser {

    /*
     * A stream tells everything twice, as it comes and again once it is whole. What comes is told
     * at once; of what is whole only that which had not come: arguments of a call, the seal of a
     * thought, items that only this dialect knows.
     */

    private static final JsonNames TOP =
            JsonNames.of(
                    "type",
                    "response",
                    "item",
                    "delta",
                    "output_index",
                    "arguments",
                    "annotation",
                    "logprobs",
                    "error",
                    "message",
                    "code",
                    "param",
                    "id",
                    "model",
                    "created_at",
                    "status",
                    "incomplete_details",
                    "output",
                    "usage",
                    "reason");
    private static final JsonNames EVENTS =
            JsonNames.of(
                    "response.created",
                    "response.in_progress",
                    "response.output_item.added",
                    "response.output_item.done",
                    "response.output_text.delta",
                    "response.refusal.delta",
                    "response.reasoning_summary_text.delta",
                    "response.reasoning_text.delta",
                    "response.function_call_arguments.delta",
                    "response.function_call_arguments.done",
                    "response.output_text.annotation.added",
                    "response.completed",
                    "response.incomplete",
                    "response.failed",
                    "error");
    private static final JsonNames ITEM =
            JsonNames.of(
                    "type",
                    "call_id",
                    "name",
                    "arguments",
                    "content",
                    "summary",
                    "encrypted_content",
                    "text",
                    "refusal",
                    "annotations",
                    "logprobs",
                    "url",
                    "title");
    private static final JsonNames TYPES =
            JsonNames.of(
                    "message",
                    "function_call",
                    "reasoning",
                    "output_text",
                    "refusal",
                    "reasoning_text",
                    "summary_text");
    private static final JsonNames USAGE =
            JsonNames.of(
                    "input_tokens",
                    "output_tokens",
                    "input_tokens_details",
                    "output_tokens_details",
                    "cached_tokens",
                    "cache_write_tokens",
                    "reasoning_tokens");

    private static final byte[] LOGPROBS_START =
            "{\"content\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOGPROBS_END =
            ",\"refusal\":null}".getBytes(StandardCharsets.US_ASCII);

    private final CallMemory memory;
    private final TokenCounts counts = new TokenCounts();

    private final JsonCursor inner = new JsonCursor();
    private final JsonCursor itemJson = new JsonCursor();
    private final JsonCursor partJson = new JsonCursor();
    private final JsonCursor leafJson = new JsonCursor();
    private final JsonText id = new JsonText();
    private final JsonText model = new JsonText();
    private final JsonText response = new JsonText();
    private final JsonText item = new JsonText();
    private final JsonText delta = new JsonText();
    private final JsonText arguments = new JsonText();
    private final JsonText annotation = new JsonText();
    private final JsonText logprobs = new JsonText();
    private final JsonText output = new JsonText();
    private final JsonText used = new JsonText();
    private final JsonText status = new JsonText();
    private final JsonText reason = new JsonText();
    private final JsonText callId = new JsonText();
    private final JsonText name = new JsonText();
    private final JsonText content = new JsonText();
    private final JsonText summary = new JsonText();
    private final JsonText sealed = new JsonText();
    private final JsonText part = new JsonText();
    private final JsonText text = new JsonText();
    private final JsonText url = new JsonText();
    private final JsonText title = new JsonText();
    private final JsonText made = new JsonText();

    /** For each item of a stream the number of its tool call, or -1. */
    private int[] calls = new int[8];

    private boolean[] hasArguments = new boolean[8];
    private int toolCalls;
    private int outputIndex;
    private long created;
    private boolean hasThought;
    private boolean isFailed;
    private @Nullable String errorMessage;
    private @Nullable String errorCode;
    private @Nullable String errorParameter;
    private @Nullable ByteBuf composed;

    private ResponsesAnswerReader(AnswerListener to, CallMemory memory) {
        super(to);
        this.memory = memory;
        Arrays.fill(calls, -1);
    }

    /** A reader of one answer. */
    public static AnswerReader of(AnswerListener to, AnswerTerms terms, boolean eventStream) {
        return new AnswerFeed(new ResponsesAnswerReader(to, terms.memory()), terms, eventStream);
    }

    @Override
    public void readEvent(JsonCursor json) {
        String type = readTop(json);
        switch (type) {
            case "response.created", "response.in_progress" -> {
                readResponse();
                start();
            }
            case "response.output_item.added" -> beginItem();
            case "response.output_item.done" -> endItem();
            case "response.output_text.delta" -> {
                start();
                to().onText(0, delta);
                tellLogprobs(logprobs);
            }
            case "response.refusal.delta" -> {
                start();
                to().onRefusal(0, delta);
            }
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> {
                start();
                hasThought = true;
                to().onThought(0, delta);
            }
            case "response.function_call_arguments.delta" -> tellArguments(delta, false);
            case "response.function_call_arguments.done" -> tellArguments(arguments, true);
            case "response.output_text.annotation.added" -> tellCitation(annotation);
            case "response.completed", "response.incomplete", "response.failed" -> {
                readResponse();
                endResponse();
            }
            case "error" -> fail(error());
            default -> {}
        }
    }

    @Override
    public void readBody(JsonCursor json) {
        readTop(json);
        if (isFailed && !status.is("incomplete")) {
            fail(error());
            return;
        }
        start();
        inner.on(output.bytes(), output.from(), output.to());
        if (!output.isEmpty() && inner.tryArray()) {
            while (inner.nextElement()) {
                inner.value(item);
                tellItem();
            }
        }
        endResponse();
    }

    @Override
    protected void start() {
        start(id, model, created);
    }

    /** Finds what an event or a response holds; returns the event's type. */
    private String readTop(JsonCursor json) {
        String type = "";
        clear(response);
        clear(item);
        clear(delta);
        clear(arguments);
        clear(annotation);
        clear(logprobs);
        clear(output);
        clear(used);
        clear(status);
        clear(reason);
        outputIndex = 0;
        created = -1;
        json.beginObject();
        while (json.nextField()) {
            switch (json.name(TOP)) {
                case "type" -> type = json.choice(EVENTS);
                case "response" -> json.value(response);
                case "item" -> json.value(item);
                case "delta" -> readString(json, delta);
                case "arguments" -> readString(json, arguments);
                case "annotation" -> json.value(annotation);
                case "logprobs" -> json.value(logprobs);
                case "output_index" -> outputIndex = Math.clamp(json.integer(), 0, 1 << 16);
                case "error" -> readError(json);
                case "message" -> errorMessage = text(json, errorMessage);
                case "code" -> errorCode = text(json, errorCode);
                case "param" -> errorParameter = text(json, errorParameter);
                case "id" -> readString(json, id);
                case "model" -> readString(json, model);
                case "created_at" -> created = json.integer();
                case "status" -> readString(json, status);
                case "incomplete_details" -> readDetails(json);
                case "output" -> json.value(output);
                case "usage" -> json.value(used);
                default -> json.skip();
            }
        }
        return type;
    }

    private void readResponse() {
        if (!response.isEmpty()) {
            readTop(inner.on(response.bytes(), response.from(), response.to()));
        }
    }

    private void readError(JsonCursor json) {
        if (json.skipNull()) {
            return;
        }
        isFailed = true;
        if (json.is(JsonType.STRING)) {
            errorMessage = json.string().string();
        } else if (json.tryObject()) {
            while (json.nextField()) {
                switch (json.name(TOP)) {
                    case "message" -> errorMessage = text(json, errorMessage);
                    case "code" -> errorCode = text(json, errorCode);
                    case "param" -> errorParameter = text(json, errorParameter);
                    default -> json.skip();
                }
            }
        }
    }

    private void readDetails(JsonCursor json) {
        if (json.tryObject()) {
            while (json.nextField()) {
                if (json.name(TOP).equals("reason")) {
                    readString(json, reason);
                } else {
                    json.skip();
                }
            }
        }
    }

    private AnswerError error() {
        String code = errorCode == null ? "" : errorCode;
        int known =
                switch (code) {
                    case "rate_limit_exceeded", "insufficient_quota" -> 429;
                    case "server_error", "" -> 500;
                    default -> code.startsWith("invalid_") ? 400 : 500;
                };
        String message = errorMessage == null ? "the provider failed" : errorMessage;
        return new AnswerError(known, "", message, errorParameter, errorCode);
    }

    private void endResponse() {
        if (status.is("failed") || status.is("cancelled")) {
            fail(error());
            return;
        }
        start();
        to().onStop(0, stopReason(), JsonText.EMPTY);
        if (!used.isEmpty()) {
            readUsage(partJson.on(used.bytes(), used.from(), used.to()));
            if (counts.isKnown()) {
                to().onUsage(counts);
            }
        }
        end();
    }

    private StopReason stopReason() {
        if (status.is("incomplete")) {
            return reason.is("content_filter") ? StopReason.CONTENT_FILTER : StopReason.LENGTH;
        }
        return toolCalls > 0 ? StopReason.TOOL_CALLS : StopReason.END;
    }

    private void readUsage(JsonCursor json) {
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(USAGE)) {
                case "input_tokens" -> counts.setInput(json.integer());
                case "output_tokens" -> counts.setOutput(json.integer());
                case "input_tokens_details", "output_tokens_details" -> readUsage(json);
                case "cached_tokens" -> counts.setCached(json.integer());
                case "cache_write_tokens" -> counts.setCacheWrite(json.integer());
                case "reasoning_tokens" -> counts.setReasoning(json.integer());
                default -> json.skip();
            }
        }
    }

    private void beginItem() {
        start();
        remember(-1);
        hasThought = false;
        if (readItem().equals("function_call")) {
            beginCall();
        }
    }

    private void beginCall() {
        remember(toolCalls);
        to().onToolCall(0, toolCalls, callId, name);
        toolCalls++;
    }

    private void endItem() {
        switch (readItem()) {
            case "message" -> to().onBlockEnd(0);
            case "function_call" -> {
                if (outputIndex >= calls.length || calls[outputIndex] < 0) {
                    beginCall();
                }
                tellArguments(arguments, true);
                to().onBlockEnd(0);
            }
            case "reasoning" -> {
                tellSeal();
                to().onBlockEnd(0);
            }
            default -> to().onForeign(0, Dialect.OPENAI_RESPONSES, item);
        }
    }

    /** An item of a plain answer, or one that has come as a whole. */
    private void tellItem() {
        hasThought = false;
        switch (readItem()) {
            case "message" -> tellParts(content);
            case "function_call" -> {
                to().onToolCall(0, toolCalls, callId, name);
                if (!arguments.isEmpty()) {
                    to().onToolArguments(0, toolCalls, arguments);
                }
                toolCalls++;
            }
            case "reasoning" -> {
                tellParts(summary);
                if (!hasThought) {
                    tellParts(content);
                }
                tellSeal();
            }
            default -> to().onForeign(0, Dialect.OPENAI_RESPONSES, item);
        }
        to().onBlockEnd(0);
    }

    private void tellSeal() {
        if (sealed.isEmpty()) {
            return;
        }
        if (hasThought) {
            to().onSignature(0, sealed);
        } else {
            to().onSealedThought(0, sealed);
        }
    }

    private void tellArguments(JsonText fragment, boolean isWhole) {
        int call = outputIndex < calls.length ? calls[outputIndex] : -1;
        if (call < 0 || fragment.isEmpty() || (isWhole && hasArguments[outputIndex])) {
            return;
        }
        hasArguments[outputIndex] = true;
        to().onToolArguments(0, call, fragment);
    }

    private void remember(int call) {
        if (outputIndex >= calls.length) {
            int had = calls.length;
            int wanted = outputIndex * 2;
            memory.take(5L * wanted);
            calls = Arrays.copyOf(calls, wanted);
            Arrays.fill(calls, had, wanted, -1);
            hasArguments = Arrays.copyOf(hasArguments, wanted);
        }
        calls[outputIndex] = call;
        hasArguments[outputIndex] = false;
    }

    /** Finds what an item holds; returns its type. */
    private String readItem() {
        String type = "";
        clear(callId);
        clear(name);
        clear(arguments);
        clear(content);
        clear(summary);
        clear(sealed);
        JsonCursor json = itemJson.on(item.bytes(), item.from(), item.to());
        if (item.isEmpty() || !json.tryObject()) {
            return type;
        }
        while (json.nextField()) {
            switch (json.name(ITEM)) {
                case "type" -> type = json.choice(TYPES);
                case "call_id" -> readString(json, callId);
                case "name" -> readString(json, name);
                case "arguments" -> readString(json, arguments);
                case "content" -> json.value(content);
                case "summary" -> json.value(summary);
                case "encrypted_content" -> readString(json, sealed);
                default -> json.skip();
            }
        }
        return type;
    }

    private void tellParts(JsonText parts) {
        JsonCursor json = partJson.on(parts.bytes(), parts.from(), parts.to());
        if (parts.isEmpty() || !json.tryArray()) {
            return;
        }
        while (json.nextElement()) {
            tellPart(json.value(part));
        }
    }

    private void tellPart(JsonText whole) {
        String type = "";
        clear(text);
        clear(annotation);
        clear(logprobs);
        JsonCursor json = leafJson.on(whole.bytes(), whole.from(), whole.to());
        if (!json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(ITEM)) {
                case "type" -> type = json.choice(TYPES);
                case "text", "refusal" -> readString(json, text);
                case "annotations" -> json.value(annotation);
                case "logprobs" -> json.value(logprobs);
                default -> json.skip();
            }
        }
        switch (type) {
            case "output_text" -> {
                if (!text.isEmpty()) {
                    to().onText(0, text);
                }
                tellLogprobs(logprobs);
                tellCitations();
            }
            case "refusal" -> to().onRefusal(0, text);
            case "summary_text", "reasoning_text" -> {
                hasThought = true;
                to().onThought(0, text);
            }
            default -> {}
        }
    }

    private void tellCitations() {
        JsonText all = annotation;
        JsonCursor json = leafJson.on(all.bytes(), all.from(), all.to());
        if (all.isEmpty() || !json.tryArray()) {
            return;
        }
        JsonText one = new JsonText();
        while (json.nextElement()) {
            tellCitation(json.value(one));
        }
    }

    private void tellCitation(JsonText whole) {
        clear(url);
        clear(title);
        JsonCursor json = itemJson.on(whole.bytes(), whole.from(), whole.to());
        if (whole.isEmpty() || !json.tryObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name(ITEM)) {
                case "url" -> readString(json, url);
                case "title" -> readString(json, title);
                default -> json.skip();
            }
        }
        to().onCitation(0, Dialect.OPENAI_RESPONSES, url, title, JsonText.EMPTY, whole);
    }

    /** Probabilities are a list here, and elsewhere the content of an object. */
    private void tellLogprobs(JsonText list) {
        if (list.length() <= 2) {
            return;
        }
        ByteBuf out = composed;
        if (out == null) {
            out = memory.buffer();
            composed = out;
        }
        out.clear().writeBytes(LOGPROBS_START);
        out.writeBytes(list.bytes(), list.from(), list.length()).writeBytes(LOGPROBS_END);
        to().onLogprobs(0, made.set(out.array(), 0, out.writerIndex(), JsonText.Form.JSON));
    }

    private static @Nullable String text(JsonCursor json, @Nullable String otherwise) {
        if (json.is(JsonType.STRING)) {
            return json.string().string();
        }
        json.skip();
        return otherwise;
    }
}
